package apidrive.repair;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import apidrive.chunk.GetResult;
import apidrive.chunk.Held;
import apidrive.chunk.Inventory;
import apidrive.chunk.Put;
import apidrive.chunk.PutResult;
import apidrive.chunk.Tombstone;
import apidrive.wire.ChunkId;

/** The chunks of this node, as repair works on them. Threads share it. */
public interface OwnChunks {
    /** Keeps chunks that came together; each future completes after its commit was flushed, or with BUSY or the database's failure. */
    List<CompletableFuture<PutResult>> keep(List<Put> puts);

    /** Those of at most {@link apidrive.chunk.ChunkStore#MAX_GET} that are kept, checked; renews nothing. */
    Map<ChunkId, GetResult> read(Collection<ChunkId> ids);

    /** Retrievals renewed the leases of these when little was left of them: other holders are to be told. */
    void renewedLate(Collection<ChunkId> ids);

    /** At most so many of those, and of what was retrieved here; whoever takes them tells. */
    List<ChunkId> takeRenewedLate(int most);

    /** As {@link Inventory#merge}. */
    void merge(Collection<Held> leases);

    /** As {@link Inventory#release}. */
    void release(Collection<Held> copies);

    /** As {@link Inventory#bury}. */
    void bury(Collection<Tombstone> tombstones);

    /** What the clock shows now that leases go by. */
    Instant now();

    /** For asking what is kept; what is done to it goes by the methods above. */
    Inventory inventory();
}
