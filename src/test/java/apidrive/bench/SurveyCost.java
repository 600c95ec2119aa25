package apidrive.bench;

import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What it costs a node to survey a great many chunks, while it owes nobody a copy and while each of them lacks one. */
final class SurveyCost implements Section {
    private static final String NAME = "bench_survey";
    private static final String OWE = """
            INSERT INTO apidrive.heal (chunk, node, sources, made_at, due_at)
            SELECT id, 'a5a5a5a5-0000-8000-8000-000000000001', '{a5a5a5a5-0000-8000-8000-000000000002}', now(), now() + interval '1 day'
              FROM apidrive.chunk""";
    private static final String SPILLED = "SELECT temp_bytes FROM pg_stat_database WHERE datname = '" + NAME + "'";

    private final Stage stage;
    private final Plan plan;

    SurveyCost(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("survey: of a great many chunks, none of which lacks a copy, and each");
    }

    @Override
    public String measure() throws Exception {
        Subject subject = new Subject(stage, NAME, plan.clients(), plan.many());
        Server node = subject.server.get();
        subject.chunks.fill();
        Markdown table = new Markdown("survey of " + subject.count + " chunks", "s", "processor s of PostgreSQL", "of the node",
                "spilled to disk MB", "live heap before and after, MB");
        row(table, "none lacks a copy", node);
        stage.databases().execute(NAME, OWE);
        row(table, "each lacks a copy", node);
        return "### The survey\n\n" + table;
    }

    private void row(Markdown table, String what, Server node) throws Exception {
        stage.databases().execute(NAME, "VACUUM ANALYZE apidrive.chunk", "VACUUM ANALYZE apidrive.heal");
        stage.databases().checkpoint();
        byte[] request = ("GET /api/admin/network/risk HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + stage.databases().adminToken(NAME) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        Cpu.Meter meter = new Cpu.Meter(List.of(node), stage.databases().pid());
        List<Double> seconds = new ArrayList<>();
        List<Double> database = new ArrayList<>();
        List<Double> server = new ArrayList<>();
        double before = LiveHeap.bytes(node) / 1e6;
        long spilled = stage.databases().number(NAME, SPILLED);
        for (int round = 0; round <= plan.rounds(); round++) {
            try (HttpConnection connection = new HttpConnection(node.port())) {
                Cpu began = meter.read();
                double took = Seconds.of(() -> connection.exchange(request));
                Cpu used = meter.read().minus(began);
                if (round > 0) {
                    seconds.add(took);
                    database.add(used.database() / 1e6);
                    server.add(used.server() / 1e6);
                }
            }
        }
        double more = (stage.databases().number(NAME, SPILLED) - spilled) / 1e6 / (plan.rounds() + 1);
        table.row(what, spread(seconds, "%.2f"), spread(database, "%.2f"), spread(server, "%.2f"), format("%.0f", more),
                format("%.1f, %.1f", before, LiveHeap.bytes(node) / 1e6));
    }
}
