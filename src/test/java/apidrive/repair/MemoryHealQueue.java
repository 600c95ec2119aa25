package apidrive.repair;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/** Needs on the heap: the model that the tests hold the real queue against, and the queue of a simulated node. */
public final class MemoryHealQueue implements HealQueue {
    private record Key(ChunkId chunk, NodeId node) {
        static Key of(Need need) {
            return new Key(need.chunk(), need.node());
        }
    }

    private record Row(Need need, int attempts, Instant madeAt, Instant dueAt, String lastError) {
        int sources() {
            return Math.min(need.sources().size(), MOST_SOURCES);
        }

        Row joined(Set<NodeId> others) {
            Set<NodeId> all = new HashSet<>(need.sources());
            all.addAll(others);
            return new Row(new Need(need.chunk(), need.node(), Set.copyOf(all)), attempts, madeAt, dueAt, lastError);
        }
    }

    private final Map<Key, Row> rows = new HashMap<>();
    private final Optional<NodeId> self;

    public MemoryHealQueue() {
        this.self = Optional.empty();
    }

    /** The queue of this node. */
    public MemoryHealQueue(NodeId self) {
        this.self = Optional.of(self);
    }

    /** The same needs, from now on apart: what a backup of the node has. */
    public synchronized MemoryHealQueue copy() {
        MemoryHealQueue copy = new MemoryHealQueue();
        copy.rows.putAll(rows);
        return copy;
    }

    @Override
    public synchronized void add(Collection<Need> needs, Instant now) {
        for (Need need : needs) {
            Set<NodeId> others = new HashSet<>(need.sources());
            self.ifPresent(others::remove);
            Row fresh = new Row(new Need(need.chunk(), need.node(), Set.copyOf(others)), 0, now, now, null);
            rows.merge(Key.of(need), fresh, (known, other) -> known.joined(others));
        }
    }

    @Override
    public synchronized List<Task> take(Instant now, int limit, Duration claim) {
        List<Row> due = rows.values().stream().filter(row -> !row.dueAt().isAfter(now))
                .sorted(Comparator.comparing(Row::sources).thenComparing(Row::dueAt)).limit(limit).toList();
        List<Task> taken = new ArrayList<>();
        for (Row row : due) {
            rows.put(Key.of(row.need()), new Row(row.need(), row.attempts() + 1, row.madeAt(), now.plus(claim), row.lastError()));
            taken.add(new Task(row.need(), row.attempts() + 1));
        }
        return taken;
    }

    @Override
    public synchronized void done(Collection<Need> needs) {
        needs.forEach(need -> rows.remove(Key.of(need)));
    }

    @Override
    public synchronized void failed(Collection<Need> needs, String error, Instant dueAt) {
        String cut = error.substring(0, Math.min(error.length(), MAX_ERROR));
        needs.forEach(need -> rows.computeIfPresent(Key.of(need), (key, row) ->
                new Row(row.need(), row.attempts(), row.madeAt(), dueAt, cut)));
    }

    @Override
    public synchronized void hasten(Instant latest) {
        rows.replaceAll((key, row) -> row.dueAt().isAfter(latest)
                ? new Row(row.need(), row.attempts(), row.madeAt(), latest, row.lastError()) : row);
    }

    @Override
    public synchronized int forget(NodeId node) {
        int before = rows.size();
        rows.keySet().removeIf(key -> key.node().equals(node));
        return before - rows.size();
    }

    @Override
    public synchronized Backlog backlog(Instant now) {
        return new Backlog(rows.keySet().stream().map(Key::chunk).distinct().count(), rows.size(),
                rows.values().stream().filter(row -> row.lastError() != null).count(),
                rows.values().stream().map(Row::madeAt).min(Instant::compareTo).map(made -> Duration.between(made, now))
                        .filter(waited -> !waited.isNegative()).orElse(Duration.ZERO));
    }

    /** Every need with how often it was tried and what came of it last. */
    @Override
    public synchronized String toString() {
        return rows.values().toString();
    }
}
