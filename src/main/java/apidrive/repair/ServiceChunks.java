package apidrive.repair;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import apidrive.chunk.ChunkService;
import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Inventory;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.chunk.Tombstone;
import apidrive.wire.ChunkId;

/** The chunks that a {@link ChunkService} keeps. */
public final class ServiceChunks implements OwnChunks {
    private final ChunkService service;
    private final Inventory inventory;

    public ServiceChunks(ChunkService service, Inventory inventory) {
        this.service = service;
        this.inventory = inventory;
    }

    @Override
    public List<CompletableFuture<PutResult>> keep(List<Put> puts) {
        return service.keep(puts);
    }

    @Override
    public Map<ChunkId, GetResult> read(Collection<ChunkId> ids) {
        return service.copies(ids);
    }

    @Override
    public void renewedLate(Collection<ChunkId> ids) {
        service.renewedLate(ids);
    }

    @Override
    public List<ChunkId> takeRenewedLate(int most) {
        return service.takeRenewedLate(most);
    }

    @Override
    public void merge(Collection<Held> leases) {
        service.merge(leases);
    }

    @Override
    public void release(Collection<Held> copies) {
        service.release(copies);
    }

    @Override
    public void bury(Collection<Tombstone> tombstones) {
        service.bury(tombstones);
    }

    @Override
    public Instant now() {
        return service.now();
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }
}
