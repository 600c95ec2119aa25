package apidrive.repair;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import apidrive.chunk.Claim;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Inventory;
import apidrive.chunk.Lease;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.chunk.Summary;
import apidrive.chunk.Tombstone;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** A node's disk as one life of the node sees it: gone with that life, which may end at any of these. */
final class LiveDisk implements OwnChunks {
    private final Life life;
    private final SimulatedDisk disk;
    private final Lease lease;
    private final World world;
    private final Inventory listing = new Listing();
    private final Set<ChunkId> late = new TreeSet<>();

    LiveDisk(Life life, SimulatedDisk disk, Lease lease, World world) {
        this.life = life;
        this.disk = disk;
        this.lease = lease;
        this.world = world;
    }

    @Override
    public List<CompletableFuture<PutResult>> keep(List<Put> puts) {
        return puts.stream().map(this::keep).toList();
    }

    private CompletableFuture<PutResult> keep(Put put) {
        life.check();
        PutResult result = disk.put(put, lease.from(life.node.instant()));
        life.mayDie();
        return CompletableFuture.completedFuture(result);
    }

    @Override
    public Map<ChunkId, GetResult> read(Collection<ChunkId> ids) {
        life.check();
        return disk.get(ids, life.node.instant());
    }

    @Override
    public void renewedLate(Collection<ChunkId> ids) {
        late.addAll(ids);
    }

    @Override
    public List<ChunkId> takeRenewedLate(int most) {
        life.check();
        List<ChunkId> some = late.stream().limit(most).toList();
        late.removeAll(some);
        return some;
    }

    @Override
    public void merge(Collection<Held> leases) {
        inventory().merge(leases, life.node.instant());
    }

    @Override
    public void release(Collection<Held> copies) {
        life.mayDie();
        for (Held copy : copies) {
            if (disk.chunks.held(List.of(copy.id()), life.node.instant()).contains(copy)) {
                world.oracle.released(life.node, copy.id());
                disk.forget(List.of(copy.id()));
            }
        }
        disk.chunks.release(copies);
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        life.check();
        disk.forget(tombstones.stream().map(Tombstone::id).toList());
        Set<ChunkId> kept = disk.chunks.bury(tombstones);
        kept.forEach(id -> {
            world.timeline.tell(Oracle.name(id) + " goes from " + life.node + ", deleted before");
            world.oracle.buried(life.node, id);
        });
        life.mayDie();
    }

    @Override
    public Instant now() {
        return life.node.instant();
    }

    @Override
    public Inventory inventory() {
        return listing;
    }

    private final class Listing implements Inventory {
        @Override
        public List<Summary> summaries(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
            life.check();
            return disk.summaries(within, bits, now, settled);
        }

        @Override
        public List<Held> list(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
            life.check();
            return disk.sound(disk.chunks.list(within, after, limit, now));
        }

        @Override
        public List<Held> held(Collection<ChunkId> ids, Instant now) {
            life.check();
            return disk.sound(disk.chunks.held(ids, now));
        }

        @Override
        public Map<ChunkId, List<Claim>> claims(Collection<ChunkId> ids, int most, Instant now) {
            life.check();
            return disk.chunks.claims(ids, most, now);
        }

        @Override
        public void claim(Map<ChunkId, List<Claim>> told, Instant now) {
            life.check();
            disk.chunks.claim(told, now);
            life.mayDie();
        }

        @Override
        public void checked(Collection<ChunkId> ids, Instant now) {
            life.check();
        }

        @Override
        public List<Tombstone> tombstones(Collection<IdPrefix> within, ChunkId after, int limit, Instant now) {
            life.check();
            return disk.chunks.tombstones(within, after, limit, now);
        }

        @Override
        public int forgetTombstones(Instant now, int limit) {
            life.check();
            return disk.chunks.forgetTombstones(now, limit);
        }

        @Override
        public void merge(Collection<Held> leases, Instant now) {
            life.check();
            disk.chunks.merge(disk.sound(List.copyOf(leases)), now);
            life.mayDie();
        }

        @Override
        public int release(Collection<Held> copies) {
            throw new UnsupportedOperationException("what a node keeps in step with its cache goes by OwnChunks");
        }

        @Override
        public Set<ChunkId> bury(Collection<Tombstone> tombstones) {
            throw new UnsupportedOperationException("what a node keeps in step with its cache goes by OwnChunks");
        }
    }
}
