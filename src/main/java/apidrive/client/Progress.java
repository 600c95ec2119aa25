package apidrive.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;

/** Tells on stderr how far a transfer is: a bar on a terminal, a line now and then elsewhere, nothing when quiet. */
final class Progress implements Closeable {
    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final long BAR_PERIOD_MILLIS = 200;
    private static final long LINE_PERIOD_MILLIS = 10_000;
    private static final int BAR_WIDTH = 24;
    private static final double SMOOTHING_SECONDS = 5;  // the rate is that of about the last five
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** Counts as they are. */
    static final DoubleFunction<String> THINGS = count -> String.format(Locale.ROOT, "%.0f", count);

    private final PrintWriter out;
    private final boolean isQuiet;
    private final boolean isTerminal;
    private final String what;
    private final long total;
    private final DoubleFunction<String> unit;
    private final Thread ticker;
    private long done;
    private long doneBefore;
    private long lastTick = System.nanoTime();
    private double rate;
    private boolean shown;

    /** Of {@code total} bytes, {@code done} are there already. */
    Progress(PrintWriter out, boolean isQuiet, boolean isTerminal, String what, long total, long done) {
        this(out, isQuiet, isTerminal, what, total, done, Progress::bytes);
    }

    /** Of {@code total} things that {@code unit} puts in words. */
    Progress(PrintWriter out, boolean isQuiet, boolean isTerminal, String what, long total, DoubleFunction<String> unit) {
        this(out, isQuiet, isTerminal, what, total, 0, unit);
    }

    private Progress(PrintWriter out, boolean isQuiet, boolean isTerminal, String what, long total, long done,
            DoubleFunction<String> unit) {
        this.unit = unit;
        this.out = out;
        this.isQuiet = isQuiet;
        this.isTerminal = isTerminal;
        this.what = what;
        this.total = total;
        this.done = done;
        this.doneBefore = done;
        this.ticker = new Thread(this::tick, "apidrive-progress");
        ticker.setDaemon(true);
        if (!isQuiet) {
            ticker.start();
        }
    }

    /** Whether stderr is a terminal. */
    static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDERR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null && System.getenv("TERM") != null;
        }
    }

    /** 1536 as "1.5 KiB". */
    static String bytes(double count) {
        int unit = 0;
        double value = count;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    synchronized void advance(long bytes) {
        done += bytes;
    }

    /** A note for the user, on a line of its own. */
    synchronized void say(String note) {
        if (!isQuiet) {
            clear();
            out.println(note);
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        ticker.interrupt();
        clear();
    }

    /** The line of the moment, {@code sinceLast} after the one before. */
    synchronized String line(Duration sinceLast) {
        double seconds = Math.max(1e-3, sinceLast.toNanos() / 1e9);
        double now = (done - doneBefore) / seconds;
        double weight = rate == 0 ? 1 : 1 - Math.exp(-seconds / SMOOTHING_SECONDS);
        rate += weight * (now - rate);
        doneBefore = done;
        double part = total == 0 ? 1 : Math.min(1, (double) done / total);
        String bar = isTerminal ? " [" + "#".repeat((int) (part * BAR_WIDTH)) + ".".repeat(BAR_WIDTH - (int) (part * BAR_WIDTH))
                + "]" : ":";
        return what + bar + String.format(Locale.ROOT, " %3.0f %% ", Math.floor(part * 100)) + unit.apply(done) + " of "
                + unit.apply(total) + ", " + unit.apply(rate) + "/s" + (rate < 1 ? "" : ", " + left((total - done) / rate) + " left");
    }

    /** 90 seconds as "1:30", 2.5 as "2.5 s". */
    static String words(Duration duration) {
        double seconds = duration.toNanos() / 1e9;
        return seconds < 60 ? String.format(Locale.ROOT, "%.1f s", seconds) : left(seconds);
    }

    private static String left(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        return whole >= 3600 ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }

    private void tick() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(isTerminal ? BAR_PERIOD_MILLIS : LINE_PERIOD_MILLIS);
                show();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private synchronized void show() {
        if (ticker.isInterrupted()) {
            return;
        }
        long now = System.nanoTime();
        String line = line(Duration.ofNanos(now - lastTick));
        lastTick = now;
        out.print(isTerminal ? CLEAR_LINE + line : line + System.lineSeparator());
        out.flush();
        shown = isTerminal;
    }

    private void clear() {
        if (shown) {
            out.print(CLEAR_LINE);
            out.flush();
            shown = false;
        }
    }
}
