package apidrive.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import apidrive.wire.Chunk;

/** People who store, retrieve, renew and delete, each time at whichever node they find. */
final class Users {
    private static final int MOST_BYTES = 40;
    private static final int MOST_CHUNKS = 24;
    private static final List<Chunk> CHUNKS = chunks();

    private final World world;
    private final Timeline timeline;
    private final int chunks;
    private final double deletes;

    Users(World world) {
        this.world = world;
        this.timeline = world.timeline;
        this.chunks = 1 + timeline.random.nextInt(MOST_CHUNKS);
        this.deletes = timeline.chance(0.5) ? timeline.random.nextDouble() * 0.3 : 0;
    }

    /** Does something, now. */
    void act() {
        List<SimulatedNode> up = world.nodes.stream().filter(SimulatedNode::answers).toList();
        if (up.isEmpty()) {
            return;
        }
        SimulatedNode at = up.get(timeline.random.nextInt(up.size()));
        Chunk chunk = CHUNKS.get(timeline.random.nextInt(chunks));
        double what = timeline.random.nextDouble();
        Life life = at.life;
        life.run(() -> {
            if (what < deletes) {
                delete(at, chunk);
            } else if (what < deletes + (1 - deletes) * 0.6) {
                store(at, chunk);
            } else if (what < deletes + (1 - deletes) * 0.9) {
                retrieve(at, chunk);
            } else if (life.renew(chunk.id())) {
                timeline.tell(Oracle.name(chunk.id()) + " is renewed at " + at);
                world.oracle.renewed(chunk);
            }
        });
    }

    /** In the end: whether every chunk is found that is to be, and no other that is not, at a node drawn for each. */
    void look(Map<Chunk, Boolean> expected) {
        List<SimulatedNode> up = world.up();
        expected.forEach((chunk, isKept) -> {
            SimulatedNode at = up.get(timeline.random.nextInt(up.size()));
            boolean[] answered = {false};
            at.life.run(() -> at.life.retrieve(chunk.id()).whenComplete((got, thrown) -> {
                answered[0] = true;
                if (thrown != null || got.isPresent() != isKept) {
                    world.oracle.fail(Oracle.name(chunk.id()) + (isKept ? ", promised," : ", deleted,") + " was retrieved at " + at
                            + " as " + (thrown != null ? thrown : got.map(Chunk::id)));
                } else {
                    world.oracle.retrieved(chunk, got);
                }
            }));
            timeline.run(timeline.millis() + 60_000);
            if (!answered[0]) {
                world.oracle.fail(Oracle.name(chunk.id()) + " was asked for at " + at + ", and no answer came");
            }
        });
    }

    private void store(SimulatedNode at, Chunk chunk) {
        int copies = timeline.chance(0.7) ? world.copies() : 1 + timeline.random.nextInt(5);
        Wish wish = new Wish(copies, timeline.chance(0.7) ? 2 : 1 + timeline.random.nextInt(copies));
        int promised = Math.min(wish.ack(), at.life.size());
        timeline.tell(Oracle.name(chunk.id()) + " is stored at " + at + ", " + wish);
        Oracle.Begun begun = world.oracle.storing(chunk);
        at.life.store(chunk, wish, Optional.empty()).whenComplete((stored, thrown) -> {
            timeline.tell(Oracle.name(chunk.id()) + (thrown == null ? " is acknowledged by " + at + ": "
                    + stored.holders().stream().map(world::node).toList() : " is refused by " + at + ": " + thrown));
            if (thrown == null) {
                world.oracle.acknowledged(chunk, wish, promised, stored, begun);
            }
        });
    }

    private void retrieve(SimulatedNode at, Chunk chunk) {
        at.life.retrieve(chunk.id()).whenComplete((got, thrown) -> {
            Optional<Chunk> found = thrown == null ? got : Optional.empty();
            timeline.tell(Oracle.name(chunk.id()) + " is retrieved at " + at + ": " + (thrown != null ? thrown : found.isPresent()));
            world.oracle.retrieved(chunk, found);
            if (found.isPresent()) {
                world.oracle.renewed(chunk);
            }
        });
    }

    private void delete(SimulatedNode at, Chunk chunk) {
        timeline.tell(Oracle.name(chunk.id()) + " is deleted at " + at);
        world.oracle.deleting(chunk);
        at.life.delete(chunk.id());
        world.oracle.deleted(chunk);
    }

    private static List<Chunk> chunks() {
        Random random = new Random(1);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < MOST_CHUNKS; i++) {
            byte[] data = new byte[1 + random.nextInt(MOST_BYTES)];
            random.nextBytes(data);
            chunks.add(Chunk.of(data));
        }
        return chunks;
    }
}
