package apidrive.bench;

import java.time.Duration;

/**
 * Turns that do not count, until Java has compiled what they run: a server that is up for hours has done so, and its compilers take
 * half of the processors in its first minute.
 */
final class WarmUp {
    static final int MOST_TURNS = 8;
    private static final double COMPILED = 0.03;  // of the servers' processor time

    private WarmUp() {
    }

    /** Runs turns of {@code length}: one at least, and no more than eight. */
    static void run(Contender contender, Duration length, long postmaster) throws Exception {
        run(contender, length, MOST_TURNS, postmaster);
    }

    /** As the other, but no more than {@code most}. */
    static void run(Contender contender, Duration length, int most, long postmaster) throws Exception {
        double compiling = 1;
        for (int number = 1; number <= most && compiling > COMPILED; number++) {
            Turn turn = Turn.run(contender, length, postmaster);
            compiling = turn.cpu().server() == 0 ? 0 : (double) turn.cpu().compilers() / turn.cpu().server();
            System.err.printf("warm-up %d: %s: %.0f/s, compilers took %.0f %% of the servers' processor time%n", number,
                    contender.name(), turn.perSecond(), 100 * compiling);
        }
    }
}
