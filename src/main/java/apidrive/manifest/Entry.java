package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.util.List;
import java.util.Optional;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * One chunk of a file.
 *
 * @param order  its place, from 0
 * @param urls   retrieve endpoints of the servers that hold it, at least one
 * @param size   its bytes, 0 to 65,536; {@link #UNKNOWN} in a manifest that does not say
 * @param digest its SHA-256; empty in a manifest that does not say
 */
public record Entry(int order, ChunkId id, List<String> urls, int size, Optional<Digest> digest) {
    public static final int UNKNOWN = -1;
    private static final int VERSION_OF_DERIVED_IDS = 8;  // RFC 9562 §5.8

    public Entry {
        if (order < 0) {
            throw MALFORMED.because("an entry has the order " + order);
        }
        if (urls.isEmpty()) {
            throw MALFORMED.because("entry " + order + " names no server");
        }
        if (size != UNKNOWN && (size < 0 || size > Chunk.MAX_BYTES)) {
            throw MALFORMED.because("entry " + order + " has the size " + size + ", not 0 to " + Chunk.MAX_BYTES);
        }
    }

    /** Whether these can be the chunk's bytes: as far as size, digest and an id that was derived from bytes tell. */
    public boolean admits(Chunk chunk) {
        return (size == UNKNOWN || size == chunk.size())
                && (digest.isEmpty() || digest.get().equals(chunk.digest()))
                && (id.equals(chunk.id()) || !isDerived());
    }

    /** Whether wrong bytes would be noticed. */
    public boolean isVerifiable() {
        return digest.isPresent() || isDerived();
    }

    private boolean isDerived() {
        return id.uuid().version() == VERSION_OF_DERIVED_IDS;
    }
}
