package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * The bytes a second that healing, sync and scrub may move together. It gives way while users wait longer than usual: their
 * latency is compared with the lowest seen lately, and the rate is halved while it is far above and creeps back when it is not
 * (additive increase, multiplicative decrease: Chiu and Jain 1989).
 */
public final class Budget {
    private static final double LEAST = 1.0 / 32;  // of the rate: healing never stops altogether
    private static final double STEP = 1.0 / 16;
    private static final double FAR_ABOVE = 3;
    private static final double FORGETS = 1.02;  // by what the lowest latency seen rises with each look
    private static final double NO_MATTER_MILLIS = 5;  // nobody waits for so little
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration BURST = Duration.ofSeconds(1);

    private final double bytesPerSecond;
    private final DoubleSupplier latencyMillis;
    private double share = 1;
    private double lowest = Double.NaN;
    private double available;
    private Instant last;
    private Instant looked;

    /** {@code latencyMillis} is what users wait at present, NaN while there are none. */
    public Budget(double bytesPerSecond, DoubleSupplier latencyMillis) {
        this.bytesPerSecond = bytesPerSecond;
        this.latencyMillis = latencyMillis;
    }

    /** How long to wait until anything may be moved; zero when it may now. */
    public synchronized Duration wait(Instant now) {
        refill(now);
        if (available > 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) ((1 - available) / rate() * 1e9)).plusMillis(1);
    }

    /** So many bytes were moved; more than was available is paid for by waiting longer. */
    public synchronized void spend(long bytes, Instant now) {
        refill(now);
        available -= bytes;
    }

    /** Bytes a second at present, after what users' latency took away. */
    public synchronized double rate() {
        return bytesPerSecond * share;
    }

    private void refill(Instant now) {
        if (last == null || now.isBefore(last)) {
            last = now;
            available = Math.max(available, 1);
        }
        look(now);
        double seconds = Duration.between(last, now).toNanos() / 1e9;
        available = Math.min(available + seconds * rate(), BURST.toSeconds() * rate());
        last = now;
    }

    private void look(Instant now) {
        if (looked != null && !now.isBefore(looked) && now.isBefore(looked.plus(LOOK))) {
            return;
        }
        looked = now;
        double latency = latencyMillis.getAsDouble();
        if (Double.isNaN(latency)) {
            share = Math.min(1, share + STEP);
            return;
        }
        lowest = Double.isNaN(lowest) ? latency : Math.min(latency, lowest * FORGETS);
        if (latency > NO_MATTER_MILLIS && latency > lowest * FAR_ABOVE) {
            share = Math.max(LEAST, share / 2);
        } else {
            share = Math.min(1, share + STEP);
        }
    }
}
