package apidrive.repair;

import java.util.List;
import java.util.UUID;

/**
 * What nodes ask of each other about those who claim chunks, whichever chunks these are: each node knows its own. Threads share it;
 * every method may throw {@link apidrive.problem.ProblemException}, and asking again is harmless.
 */
interface HolderShelf {
    /** The most holders of one call. */
    int MOST = 4_096;

    /** All that these claim, at most {@link #MOST}, is to be kept for so long. It is done in a while. */
    void hold(List<Hold> holds);

    /**
     * These, at most {@link #MOST}, have ended: what nobody else holds goes in a while. Refused (FORBIDDEN) by a node of an open network,
     * where nobody deletes at another's.
     */
    void end(List<UUID> holders);

    /** At most {@link #MOST} of those that have ended, of which the node heard after {@code number}, in that order. */
    List<Ending> ended(long number);
}
