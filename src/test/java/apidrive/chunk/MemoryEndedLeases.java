package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

import apidrive.wire.ChunkId;

/** The ended holders of a {@link MemoryChunkStore}, whose lock it takes. */
final class MemoryEndedLeases implements EndedLeases {
    private record Row(long number, UUID holder, Instant endedAt, Instant heardAt, Instant lookAt, boolean isTold, boolean isSettled) {
        private Row told() {
            return new Row(number, holder, endedAt, heardAt, lookAt, true, isSettled);
        }

        private Row looked(Instant now) {
            boolean isSoon = heardAt.isAfter(now.minus(PostgresEndedLeases.LOOK_SOON));
            return new Row(number, holder, endedAt, heardAt,
                    heardAt.plus(isSoon ? PostgresEndedLeases.LOOK_SOON : PostgresEndedLeases.LOOK_AGAIN), isTold,
                    !heardAt.isAfter(now.minus(PostgresEndedLeases.LOOK_AGAIN)));
        }
    }

    private final MemoryChunkStore chunks;
    private final Map<UUID, Row> rows = new LinkedHashMap<>();
    private long last;

    MemoryEndedLeases(MemoryChunkStore chunks) {
        this.chunks = chunks;
    }

    /** The same, of a copy of the chunks. */
    MemoryEndedLeases copy(MemoryChunkStore copyOfChunks) {
        MemoryEndedLeases copy = new MemoryEndedLeases(copyOfChunks);
        copy.rows.putAll(rows);
        copy.last = last;
        return copy;
    }

    boolean isKnown(UUID holder) {
        return rows.containsKey(holder);
    }

    Set<UUID> known() {
        return rows.keySet();
    }

    @Override
    public void note(Map<UUID, Instant> endedAt, Instant now, boolean areTold) {
        synchronized (chunks) {
            new TreeMap<>(endedAt).forEach((holder, at) ->
                    rows.computeIfAbsent(holder, one -> new Row(++last, one, at, now, now, areTold, false)));
        }
    }

    @Override
    public List<UUID> due(Instant now, int limit) {
        synchronized (chunks) {
            return rows.values().stream().filter(row -> !row.isSettled() && !row.lookAt().isAfter(now))
                    .sorted(Comparator.comparing(Row::lookAt)).limit(limit).map(Row::holder).toList();
        }
    }

    @Override
    public List<UUID> untold(int limit) {
        synchronized (chunks) {
            return inOrder().filter(row -> !row.isTold()).limit(limit).map(Row::holder).toList();
        }
    }

    @Override
    public void told(Collection<UUID> holders) {
        synchronized (chunks) {
            holders.forEach(holder -> rows.computeIfPresent(holder, (same, row) -> row.told()));
        }
    }

    @Override
    public List<Ended> after(long number, int limit) {
        synchronized (chunks) {
            return inOrder().filter(row -> row.number() > number).limit(limit)
                    .map(row -> new Ended(row.number(), row.holder(), row.endedAt())).toList();
        }
    }

    @Override
    public int forget(Instant now, int limit) {
        synchronized (chunks) {
            List<UUID> past = inOrder().filter(row -> row.isSettled() && !row.endedAt().isAfter(now.minus(KEPT))).limit(limit)
                    .map(Row::holder).toList();
            past.forEach(rows::remove);
            return past.size();
        }
    }

    @Override
    public Freed free(UUID holder, int limit, Instant now) {
        synchronized (chunks) {
            List<ChunkId> page = chunks.claimedBy(holder, ChunkId.LOWEST, limit);
            if (page.size() < limit) {
                rows.computeIfPresent(holder, (same, row) -> row.looked(now));
            }
            Set<ChunkId> gone = new TreeSet<>();
            page.stream().filter(id -> chunks.release(holder, id, now)).forEach(gone::add);
            return new Freed(gone, page.size() == limit);
        }
    }

    private Stream<Row> inOrder() {
        return rows.values().stream().sorted(Comparator.comparing(Row::number));
    }
}
