package apidrive.object;

import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

import apidrive.chunk.Inventory;
import apidrive.manifest.TreeWalk.Leaf;
import apidrive.name.NameRecord;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;

/** Objects as far as this node keeps them itself. Threads share it. */
public final class OwnObjects {
    private static final int PAGE = 4_096;  // chunks asked after at once
    private static final Set<Problem> LACKING = Set.of(OBJECT_NOT_FOUND, CHUNK_NOT_FOUND, CHUNK_DAMAGED);

    private final ObjectReader reader;
    private final Inventory inventory;
    private final InstantSource clock;

    /** {@code reader} reads at this node alone. */
    public OwnObjects(ObjectReader reader, Inventory inventory, InstantSource clock) {
        this.reader = reader;
        this.inventory = inventory;
        this.clock = clock;
    }

    /** The object that is named, to be read at this node alone; empty unless each of its chunks is kept here, undamaged as far as is known. */
    public Optional<OpenObject> find(NameRecord name) {
        try {
            OpenObject object = reader.open(name);
            return isHeld(object.leaves()) ? Optional.of(object) : Optional.empty();
        } catch (ProblemException e) {
            if (LACKING.contains(e.problem())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isHeld(Iterator<Leaf> leaves) {
        while (leaves.hasNext()) {
            Set<ChunkId> page = new HashSet<>();
            while (page.size() < PAGE && leaves.hasNext()) {
                page.add(ChunkId.of(leaves.next().digest()));
            }
            if (inventory.held(page, clock.instant()).size() < page.size()) {
                return false;
            }
        }
        return true;
    }
}
