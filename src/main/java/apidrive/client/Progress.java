package apidrive.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Tells on standard error how far a transfer is: a bar on a terminal, else a line now and then, or nothing. */
final class Progress implements AutoCloseable {
    private static final long BAR_MILLIS = 200;
    private static final long LINE_MILLIS = 10_000;
    private static final int WIDTH = 30;

    private final String what;
    private final long total;
    private final boolean quiet;
    private final boolean terminal;
    private final PrintStream err;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final long began = System.nanoTime();
    private final Thread ticker;

    Progress(String what, long total, boolean quiet) {
        this.what = what;
        this.total = total;
        this.quiet = quiet;
        this.terminal = System.console() != null && System.getenv("TERM") != null;
        this.err = System.err;
        this.ticker = new Thread(this::tick, "apidrive-progress");
        ticker.setDaemon(true);
        if (!quiet) {
            ticker.start();
        }
    }

    /** So many bytes were transferred now. */
    void add(long bytes) {
        done.addAndGet(bytes);
    }

    /** So many bytes were there already. */
    void skip(long bytes) {
        skipped.addAndGet(bytes);
    }

    long transferred() {
        return done.get();
    }

    long skipped() {
        return skipped.get();
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** A line for the user, which does not tear the bar. */
    synchronized void say(String line) {
        if (!quiet) {
            err.println((terminal ? "\r\033[K" : "") + line);
        }
    }

    @Override
    public void close() {
        ticker.interrupt();
        if (!quiet) {
            synchronized (this) {
                err.println((terminal ? "\r\033[K" : "") + what + ": " + amount(done.get() + skipped.get()) + " in "
                        + time(seconds()) + ", " + amount((long) (done.get() / Math.max(0.001, seconds()))) + "/s");
            }
        }
    }

    private void tick() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(terminal ? BAR_MILLIS : LINE_MILLIS);
                show();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void show() {
        long now = done.get() + skipped.get();
        double rate = done.get() / Math.max(0.001, seconds());
        String left = rate > 0 ? ", " + time((total - now) / rate) + " left" : "";
        int percent = total == 0 ? 100 : (int) (100 * now / total);
        String line = amount(now) + " of " + amount(total) + ", " + amount((long) rate) + "/s" + left;
        if (terminal) {
            int filled = WIDTH * percent / 100;
            err.print("\r\033[K" + what + " [" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + percent + " % "
                    + line);
            err.flush();
        } else {
            err.println(what + ": " + percent + " %, " + line);
        }
    }

    /** Bytes with the unit that fits. */
    static String amount(long bytes) {
        if (bytes < 1_024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.1f %ciB", bytes / (double) (1L << 10 * unit), "KMGTPE".charAt(unit - 1));
    }

    private static String time(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return time.toHours() > 0 ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() > 0 ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
