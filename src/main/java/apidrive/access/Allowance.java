package apidrive.access;

import static apidrive.problem.Problem.RATE_LIMITED;

import java.time.Duration;

/**
 * What a client may store in the present period.
 *
 * @param granted   whether the chunks just asked for may be stored; only then were they counted
 * @param limit     chunks a period
 * @param remaining chunks left
 * @param period    length of the period
 * @param reset     until it ends
 */
public record Allowance(boolean granted, long limit, long remaining, Duration period, Duration reset) {
    /** Seconds until the period ends, at least 1: the value of Retry-After. */
    public long resetSeconds() {
        return Math.max(1, reset.plusMillis(999).toSeconds());
    }

    /** Throws RATE_LIMITED where nothing was granted. */
    public void require() {
        if (!granted) {
            throw RATE_LIMITED.because("this address may store " + limit + " chunks in " + period
                    + "; the next period begins in " + resetSeconds() + " s", Duration.ofSeconds(resetSeconds()));
        }
    }
}
