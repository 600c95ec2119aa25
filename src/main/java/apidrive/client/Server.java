package apidrive.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What this run knows of one server: how fast it is, whether it rests, whether it is given up. Instants are nanoseconds
 * of {@link System#nanoTime}. Threads may share it.
 */
final class Server {
    private static final int GIVE_UP_AFTER = 7;          // failures in a row: about 12 s, long enough for a restart
    private static final int GIVE_UP_STRANGER_AFTER = 3; // of one that never answered: more likely a wrong address
    private static final Duration FIRST_REST = Duration.ofMillis(250);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);
    private static final Duration FULL_REST = Duration.ofSeconds(30);
    private static final int SLOW_AFTER = 3;             // times overtaken in a row
    private static final Duration SLOW_REST = Duration.ofSeconds(5);
    private static final double SMOOTHING = 0.125;       // as for a TCP round trip, RFC 6298 §2
    private static final double DEVIATION_SMOOTHING = 0.25;

    private final String name;
    private final Duration patience;
    private final Consumer<String> voice;
    private boolean hasAnswered;
    private boolean isGivenUp;
    private String complaint = "";
    private int underWay;
    private long chosen;
    private int failures;
    private int busy;
    private int overtaken;
    private long busySince;
    private boolean hasMissed;
    private long missedSince;
    private boolean rests;
    private long restsUntil;
    private long lastFailure;
    private boolean hasFailed;
    private double latency;    // nanoseconds, smoothed; 0 before the first answer
    private double deviation;

    /** Is waited for at most {@code patience} when it is busy; {@code voice} is told what the user should know. */
    Server(String name, Duration patience, Consumer<String> voice) {
        this.name = name;
        this.patience = patience;
        this.voice = voice;
    }

    String name() {
        return name;
    }

    /** Whether an exchange may begin now. After a failure they are tried one at a time. */
    synchronized boolean isUsable(long now) {
        return usableAt(now) <= now;
    }

    /** When to ask {@link #isUsable} again. */
    synchronized long usableAt(long now) {
        if (rests && restsUntil - now > 0) {
            return restsUntil;
        }
        boolean probing = underWay > 0 && (failures > 0 || busy > 0 || isGivenUp);
        return probing ? now + FIRST_REST.toNanos() / 4 : now;
    }

    /** Whether nobody should wait for it; it may still be tried when it is usable. */
    synchronized boolean isGivenUp() {
        return isGivenUp;
    }

    /** Why it failed last; empty when it did not. */
    synchronized String complaint() {
        return complaint;
    }

    synchronized int underWay() {
        return underWay;
    }

    /** How often it was chosen. */
    synchronized long chosen() {
        return chosen;
    }

    /** An exchange begins; {@link #ended} must follow. */
    synchronized void began() {
        underWay++;
        chosen++;
    }

    synchronized void ended() {
        underWay--;
    }

    /** It answered as it should. */
    synchronized void answered(long began, long now) {
        double took = now - began;
        deviation = hasAnswered ? deviation + DEVIATION_SMOOTHING * (Math.abs(took - latency) - deviation) : took / 2;
        latency = hasAnswered ? latency + SMOOTHING * (took - latency) : took;
        hasAnswered = true;
        overtaken = 0;
        if (hasFailed && began - lastFailure < 0) {
            return;  // begun before the failure: says nothing about how it is since
        }
        failures = 0;
        busy = 0;
        rests = false;
        isGivenUp = false;
        complaint = "";
    }

    /** The time within which it most probably answers; 0 while that is not known. */
    synchronized Duration expected() {
        return Duration.ofNanos((long) (latency + 4 * deviation));
    }

    /** It could not be reached, or its answer was none. */
    synchronized void failed(long began, long now, String why) {
        if (hasFailed && began - lastFailure < 0) {
            return;  // one of many that failed together
        }
        failures++;
        hasFailed = true;
        lastFailure = now;
        complaint = why;
        rest(now, backOff(failures));
        boolean wasGivenUp = isGivenUp;
        isGivenUp |= failures >= (hasAnswered ? GIVE_UP_AFTER : GIVE_UP_STRANGER_AFTER);
        if (isGivenUp && !wasGivenUp) {
            voice.accept(name + " is given up: " + why);
        } else if (failures == 2) {
            voice.accept(name + " does not answer: " + why);
        }
    }

    /** It is up but asks to be spared, for {@code wait} or, where that is null, for as long as we think right. */
    synchronized void busy(long began, long now, Duration wait, String why) {
        if (hasFailed && began - lastFailure < 0) {
            return;
        }
        if (busy == 0) {
            busySince = now;
        }
        busy++;
        hasFailed = true;
        lastFailure = now;
        hasAnswered = true;
        complaint = why;
        Duration rest = wait == null ? backOff(busy + 1) : wait.isZero() ? FIRST_REST : wait;
        if (now + rest.toNanos() - busySince > patience.toNanos()) {
            isGivenUp = true;
            rest(now, rest);
            complaint = why + "; it asks to wait " + words(rest) + (busy == 1 ? "" : " more")
                    + ", longer than --patience allows (" + words(patience) + ")";
            voice.accept(name + " is given up: " + complaint);
            return;
        }
        rest(now, rest);
        voice.accept(name + " is busy (" + why + "): waiting " + words(rest));
    }

    /**
     * It is well but cannot get a chunk for now, and asks to come again after {@code wait}: whether that is worth it. All such
     * waits together are no longer than the patience.
     */
    synchronized boolean isWorthAnother(long now, Duration wait) {
        if (!hasMissed) {
            hasMissed = true;
            missedSince = now;
        }
        return now + wait.toNanos() - missedSince <= patience.toNanos();
    }

    /** Tells the user something. */
    void say(String words) {
        voice.accept(words);
    }

    /** Another was faster by far, so that its answer was not awaited. */
    synchronized void overtaken(long now) {
        if (++overtaken % SLOW_AFTER == 0) {
            rest(now, SLOW_REST);
        }
    }

    /** It has no room. */
    synchronized void full(long now, String why) {
        if (!isGivenUp) {
            voice.accept(name + " is full: " + why);
        }
        isGivenUp = true;
        complaint = why;
        rest(now, FULL_REST);
    }

    /** It will never do what it was asked for. */
    synchronized void foreign(long now, String why) {
        if (!isGivenUp) {
            voice.accept(name + " is given up: " + why);
        }
        isGivenUp = true;
        complaint = why;
        rest(now, Duration.ofDays(1));
    }

    @Override
    public String toString() {
        return name;
    }

    private void rest(long now, Duration length) {
        long until = now + Math.min(length.toNanos(), Duration.ofDays(1).toNanos());
        if (!rests || until - restsUntil > 0) {
            restsUntil = until;
        }
        rests = true;
    }

    /** Doubles from a quarter of a second to half a minute; half of it is left to chance, so that clients spread. */
    private static Duration backOff(int times) {
        long most = Math.min(LONGEST_REST.toNanos(), FIRST_REST.toNanos() << Math.min(times - 1, 20));
        return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private static String words(Duration duration) {
        return duration.toSeconds() < 1 ? duration.toMillis() + " ms"
                : duration.toMinutes() < 10 ? duration.toSeconds() + " s" : duration.toMinutes() + " min";
    }
}
