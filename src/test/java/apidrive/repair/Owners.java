package apidrive.repair;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

import apidrive.wire.Chunk;

/** People who store objects, have them kept for longer and end them, each time at whichever node they find. Objects share chunks. */
final class Owners {
    private static final int MOST_OBJECTS = 12;
    private static final int MOST_CHUNKS = 10;
    private static final int MOST_OF_AN_OBJECT = 4;
    private static final List<Chunk> CHUNKS = chunks();

    private final World world;
    private final Timeline timeline;
    private final List<UUID> kept = new ArrayList<>();
    private int stored;

    Owners(World world) {
        this.world = world;
        this.timeline = world.timeline;
    }

    /** Does something, now. */
    void act() {
        List<SimulatedNode> up = world.nodes.stream().filter(SimulatedNode::answers).toList();
        if (up.isEmpty()) {
            return;
        }
        SimulatedNode at = up.get(timeline.random.nextInt(up.size()));
        double what = timeline.random.nextDouble();
        int which = timeline.random.nextInt(MOST_OBJECTS);
        at.life.run(() -> {
            if (what < 0.4) {
                store(at);
            } else if (which < kept.size()) {
                if (what < 0.6) {
                    timeline.tell(name(kept.get(which)) + " is to be kept for longer, says " + at);
                    at.life.hold(kept.get(which));
                } else {
                    end(at, kept.remove(which));
                }
            }
        });
    }

    private void store(SimulatedNode at) {
        if (stored == MOST_OBJECTS) {
            return;
        }
        stored++;
        UUID holder = new UUID(timeline.random.nextLong(), timeline.random.nextLong());
        List<Chunk> chunks = new ArrayList<>(CHUNKS);
        Collections.shuffle(chunks, timeline.random);
        List<Chunk> some = chunks.subList(0, 1 + timeline.random.nextInt(MOST_OF_AN_OBJECT));
        timeline.tell(name(holder) + " of " + some.stream().map(chunk -> Oracle.name(chunk.id())).toList() + " is stored at " + at);
        world.claims.storing(holder, some);
        boolean[] isRefused = {false};
        int[] left = {some.size()};
        Wish wish = new Wish(world.copies(), 2);
        some.forEach(chunk -> at.life.store(chunk, wish, Optional.of(holder)).whenComplete((answer, thrown) -> {
            if (thrown == null) {
                world.claims.acknowledged(holder, chunk, answer);
            }
            isRefused[0] |= thrown != null;
            if (--left[0] == 0) {
                stored(at, holder, isRefused[0]);
            }
        }));
    }

    private void stored(SimulatedNode at, UUID holder, boolean isRefused) {
        timeline.tell(name(holder) + (isRefused ? " is refused by " : " is kept by ") + at);
        if (!isRefused) {
            world.claims.kept(holder);
            kept.add(holder);
        } else if (timeline.chance(0.7) && at.isUp()) {
            at.life.run(() -> end(at, holder));
        }
    }

    private void end(SimulatedNode at, UUID holder) {
        timeline.tell(name(holder) + " ends at " + at);
        world.claims.ending(holder);
        at.life.end(holder);
        world.claims.ended(holder);
    }

    private static String name(UUID holder) {
        return "object " + holder.toString().substring(0, 8);
    }

    /** Longer than those that are stored by themselves. */
    private static List<Chunk> chunks() {
        Random random = new Random(2);
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < MOST_CHUNKS; i++) {
            byte[] data = new byte[50 + i];
            random.nextBytes(data);
            chunks.add(Chunk.of(data));
        }
        return chunks;
    }
}
