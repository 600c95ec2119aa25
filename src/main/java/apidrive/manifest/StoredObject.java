package apidrive.manifest;

import java.time.Instant;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * An object that is kept.
 *
 * @param root      SHA-256 of its root chunk, from which its id follows
 * @param expiresAt when the first of its chunks' leases ends, unless somebody retrieves it; null where that is not known
 */
public record StoredObject(Digest root, long size, ObjectDigests digests, Label label, Instant expiresAt) {
    /** By which it is asked for. */
    public ChunkId id() {
        return ChunkId.of(root);
    }
}
