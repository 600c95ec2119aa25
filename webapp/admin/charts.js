// Line charts of the last hour, by Chart.js, in the colours of the page.

/** Makes a chart with a line for each of {label, colour, value(sample)}; colour names a custom property. */
export function chart(canvas, unit, lines) {
  const colour = (name) => {
    canvas.style.color = `var(${name})`; // settles light-dark()
    return getComputedStyle(canvas).color;
  };
  return {
    lines,
    drawn: new Chart(canvas, {
      type: 'line',
      data: {
        labels: [],
        datasets: lines.map((line) => ({
          label: line.label, data: [], borderColor: colour(line.colour), backgroundColor: colour(line.colour),
          borderWidth: 2, pointRadius: 0, tension: 0.25,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: 'index', intersect: false },
        plugins: { legend: { align: 'end', labels: { color: colour('--soft'), boxWidth: 12, boxHeight: 2 } } },
        scales: {
          x: { ticks: { color: colour('--soft'), maxTicksLimit: 6, maxRotation: 0 }, grid: { display: false } },
          y: {
            beginAtZero: true, suggestedMax: 1, title: { display: true, text: unit, color: colour('--soft') },
            ticks: { color: colour('--soft'), maxTicksLimit: 5 }, grid: { color: colour('--line') },
          },
        },
      },
    }),
  };
}

/** Draws these samples, the oldest first. */
export function draw({ drawn, lines }, samples) {
  drawn.data.labels = samples.map((sample) => new Date(sample.At).toLocaleTimeString());
  lines.forEach((line, i) => {
    drawn.data.datasets[i].data = samples.map(line.value);
  });
  drawn.update();
}
