package apidrive.object;

import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.name.NameRecord;
import apidrive.name.NameVersion;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;

/** The chunks of some trees, as many as one call looks at. What stands below a node that cannot be read is passed over. */
final class TreePieces {
    private static final TreeShape SHAPE = TreeShape.STANDARD;

    private final ObjectReader reader;
    private final int most;
    private final long limitNanos;
    private final long begunNanos = System.nanoTime();
    private final Map<NameVersion, Map<ChunkId, String>> byName = new LinkedHashMap<>();
    private final Set<ChunkId> broken = new HashSet<>();
    private long checked;
    private long unknown;
    private ChunkId last;  // node that a walk came to

    /** At most {@code most}, and some more; none is begun after {@code limit}. */
    TreePieces(ObjectReader reader, int most, Duration limit) {
        this.reader = reader;
        this.most = most;
        this.limitNanos = limit.toNanos();
    }

    boolean hasRoom() {
        return checked < most && System.nanoTime() - begunNanos < limitNanos;
    }

    /** What each chunk is to its name. */
    Map<NameVersion, Map<ChunkId, String>> byName() {
        return byName;
    }

    /** Chunks that could be read, if they are kept, and are no roots or nodes that belong where they stand. */
    Set<ChunkId> broken() {
        return broken;
    }

    long checked() {
        return checked;
    }

    /** Nodes that could not be read for other reasons. */
    long unknown() {
        return unknown;
    }

    /** Adds what has room of the record behind {@code place}; how far that is. */
    TreePlace add(NameVersion version, TreePlace place) {
        NameRecord name = version.record();
        TreePlace behind = TreePlace.behind(version.mark());
        ChunkId root = name.object().orElseThrow();
        long first = place.leafOf(root);
        add(version, root, "the root");
        last = root;
        long next;
        try {
            next = add(version, reader.open(name), first);
        } catch (ProblemException e) {
            fail(e);
            return behind;
        }
        return next == count(name) ? behind : new TreePlace(next, Optional.of(root), place.after());
    }

    /** The leaf to go on with. */
    private long add(NameVersion name, OpenObject object, long first) {
        long count = count(name.record());
        long leaf = first;
        Iterator<TreeWalk.Leaf> walk = null;
        while (leaf < count && (leaf == first || hasRoom())) {
            try {
                if (walk == null) {
                    walk = object.leaves(leaf * SHAPE.leafBytes(), node -> {
                        last = ChunkId.of(node);
                        add(name, last, "a node");
                    });
                }
                add(name, ChunkId.of(walk.next().digest()), "leaf " + leaf);
                leaf++;
            } catch (ProblemException e) {
                fail(e);
                walk = null;
                leaf = Math.min(count, (leaf / SHAPE.fanOut() + 1) * SHAPE.fanOut());
            }
        }
        return leaf;
    }

    private void add(NameVersion name, ChunkId chunk, String what) {
        checked++;
        byName.computeIfAbsent(name, one -> new LinkedHashMap<>()).putIfAbsent(chunk, what);
    }

    private void fail(ProblemException failure) {
        if (failure.problem() == MALFORMED || failure.problem() == OBJECT_NOT_FOUND) {
            broken.add(last);
        } else if (failure.problem() != CHUNK_NOT_FOUND) {
            unknown++;
        }
    }

    /** Leaves of what it means. */
    private static long count(NameRecord name) {
        return (name.size() + SHAPE.leafBytes() - 1) / SHAPE.leafBytes();
    }
}
