package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.util.Optional;

/**
 * The contract that clients send to {@code store} ({@code Data}) and {@code retrieve} ({@code Id}). The original served
 * both under one route, so each route reads either.
 *
 * @param data      the bytes to store; null when the member is missing or null
 * @param id        the chunk to retrieve; null when the member is missing or null
 * @param alternate the same 16 bytes read in RFC order, for BSON clients that do not know .NET's; null elsewhere
 */
public record DriveRequest(byte[] data, ChunkId id, ChunkId alternate) {
    /** Whether this names a chunk and brings no bytes: a retrieve contract, wherever it was sent. */
    public boolean isRetrieve() {
        return data == null && id != null;
    }

    /** The bytes to store; throws MALFORMED where there are none. */
    public byte[] requireData() {
        if (data == null) {
            throw MALFORMED.because("the member Data is missing or null");
        }
        return data;
    }

    /** The chunk meant; throws MALFORMED where none is named. */
    public ChunkId requireId() {
        if (id == null) {
            throw MALFORMED.because("the member Id is missing or null");
        }
        return id;
    }

    /** The other reading of the id, where there is one that differs. */
    public Optional<ChunkId> otherReading() {
        return Optional.ofNullable(alternate).filter(other -> !other.equals(id));
    }
}
