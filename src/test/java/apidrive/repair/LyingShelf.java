package apidrive.repair;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** A node that says what is not so: it confirms what it throws away, sends other bytes, and hides what it has. */
final class LyingShelf implements Shelf {
    private static final Duration ABSURD = Duration.ofDays(20_000);

    private final Shelf truth;
    private final Timeline timeline;

    LyingShelf(Shelf truth, Timeline timeline) {
        this.truth = truth;
        this.timeline = timeline;
    }

    @Override
    public List<Optional<Problem>> keep(List<Replica> replicas) {
        return replicas.stream().map(replica -> Optional.<Problem>empty()).toList();
    }

    @Override
    public void made(List<Made> copies) {
    }

    @Override
    public Map<ChunkId, Replica> fetch(Collection<ChunkId> ids, boolean forUser) {
        Map<ChunkId, Replica> found = new HashMap<>();
        for (ChunkId id : ids) {
            byte[] wrong = new byte[1 + timeline.random.nextInt(20)];
            timeline.random.nextBytes(wrong);
            found.put(id, Replica.ofKept(Chunk.of(wrong), 8, ABSURD));
        }
        return timeline.chance(0.5) ? found : Map.of();
    }

    @Override
    public List<Leased> held(Collection<ChunkId> ids) {
        return timeline.chance(0.7) ? ids.stream().map(id -> new Leased(id, 3, ABSURD)).toList() : List.of();
    }

    @Override
    public List<Summary> summaries(Collection<IdPrefix> within, int bits) {
        return timeline.chance(0.5) ? List.of() : truth.summaries(within, bits).stream()
                .map(summary -> new Summary(summary.prefix(), summary.copies(), summary.count(), timeline.random.nextLong())).toList();
    }

    @Override
    public List<Leased> list(Collection<IdPrefix> within, ChunkId after) {
        return timeline.chance(0.5) ? List.of() : truth.list(within, after).stream()
                .map(leased -> new Leased(leased.id(), leased.copies(), ABSURD)).collect(Collectors.toList());
    }

    @Override
    public void renew(List<Leased> leases) {
    }

    @Override
    public void bury(List<Buried> deletions) {
    }
}
