package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * Copies that are still to be made: rows of {@code heal}. Some are written in the transaction that stores a chunk, the others
 * by sync and scrub. Threads may share it; several WARs on one database take different tasks.
 */
public interface HealQueue {
    /** More sources than this are kept, but count as this many. */
    int MOST_SOURCES = 8;
    /** Characters kept of an error. */
    int MAX_ERROR = 200;

    /**
     * {@code node} needs the chunk: this node is to send it there, or, where it is this node itself, to fetch it.
     *
     * @param sources nodes known to keep it; may be empty. This node itself is passed over: it knows what it keeps
     */
    record Need(ChunkId chunk, NodeId node, Set<NodeId> sources) {
    }

    /** A need that was taken; {@code attempts} counts this one as well, 1 or more. */
    record Task(Need need, int attempts) {
    }

    /**
     * How much there is to do.
     *
     * @param chunks  distinct chunks that lack a copy
     * @param needs   copies to be made
     * @param failing those of them of which an attempt failed
     * @param oldest  how long the oldest has waited; zero where there is none
     */
    record Backlog(long chunks, long needs, long failing, Duration oldest) {
    }

    /** Adds needs, due at once; the sources of one that is known are joined, all else of it stays. */
    void add(Collection<Need> needs, Instant now);

    /**
     * Takes at most {@code limit} tasks that are due, those with the fewest known sources first, then what has been due
     * longest; they are due again after {@code claim} unless they are {@link #done} or {@link #failed}.
     */
    List<Task> take(Instant now, int limit, Duration claim);

    /** These copies are made, or not needed any more. */
    void done(Collection<Need> needs);

    /** These could not be made; they are due again at {@code dueAt}. {@code error} is cut at {@link #MAX_ERROR} characters. */
    void failed(Collection<Need> needs, String error, Instant dueAt);

    /** What is due later than {@code latest} is due then: the clock was set back since it was put off. */
    void hasten(Instant latest);

    /** A node that is gone for good needs nothing any more. Returns how many needs were dropped. */
    int forget(NodeId node);

    Backlog backlog(Instant now);
}
