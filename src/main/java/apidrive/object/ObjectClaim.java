package apidrive.object;

import static apidrive.problem.Problem.CHUNK_AWAY;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

import apidrive.manifest.TreeWalk;
import apidrive.repair.NetworkChunks;
import apidrive.wire.ChunkId;

/** Gives a name to an object that is kept already: the name claims all of its tree, and so holds it whoever else lets go. */
public final class ObjectClaim {
    private static final int PAGE = 1_000;  // chunks claimed at once
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final NetworkChunks chunks;
    private final UnnamedLeases leases;

    public ObjectClaim(NetworkChunks chunks, UnnamedLeases leases) {
        this.chunks = chunks;
        this.leases = leases;
    }

    /**
     * Names the object once all of it is claimed. Throws OBJECT_NOT_FOUND where some of it is not there to claim, CHUNK_AWAY where that may
     * be so, and what {@code naming} throws.
     */
    public <T> T name(OpenObject object, ObjectWriter.Naming<T> naming) {
        return name(object, naming, () -> { });
    }

    /** As the other; {@code goOn} runs after each page of chunks that is claimed. */
    <T> T name(OpenObject object, ObjectWriter.Naming<T> naming, Runnable goOn) {
        try (UnnamedLeases.Unnamed unnamed = leases.begin()) {
            Set<ChunkId> page = new HashSet<>();
            page.add(object.object().id());
            Iterator<TreeWalk.Leaf> leaves = object.leaves(node -> page.add(ChunkId.of(node)));
            while (leaves.hasNext()) {
                page.add(ChunkId.of(leaves.next().digest()));
                if (page.size() >= PAGE) {
                    claim(page, unnamed);
                    page.clear();
                    unnamed.goOn();
                    goOn.run();
                }
            }
            claim(page, unnamed);
            goOn.run();
            return unnamed.name(holder -> naming.name(object.object(), holder), Optional.empty());
        }
    }

    private void claim(Collection<ChunkId> page, UnnamedLeases.Unnamed unnamed) {
        Set<ChunkId> missing = chunks.claim(new ArrayList<>(page), unnamed.holder());
        if (!missing.isEmpty()) {
            ChunkId one = missing.iterator().next();
            throw chunks.info(one).isPresent() ? CHUNK_AWAY.because("chunk " + one + " of the object could not be claimed", RETRY)
                    : OBJECT_NOT_FOUND.because("chunk " + one + " of the object is kept by no server");
        }
    }
}
