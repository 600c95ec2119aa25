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
 * @param copies    how many copies the network is to have, 1 to {@link #MOST_COPIES}; null when the member is missing or null
 * @param ack       how many of them are durable before the answer, 1 to {@link #ALL}; null when the member is missing or null
 */
public record DriveRequest(byte[] data, ChunkId id, ChunkId alternate, Integer copies, Integer ack) {
    /** The most copies that can be asked for. */
    public static final int MOST_COPIES = 8;
    /** What {@code ack} is for the word {@code all}: as many as copies. */
    public static final int ALL = MOST_COPIES;

    /** What a member or parameter {@code Copies} means. Throws MALFORMED unless it is 1 to {@link #MOST_COPIES}. */
    public static int copies(String text) {
        return within("Copies", text);
    }

    /** What a member or parameter {@code Ack} means: as {@link #copies}, or {@code all} in any case. */
    public static int ack(String text) {
        return "all".equalsIgnoreCase(text) ? ALL : within("Ack", text);
    }

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

    private static int within(String name, String text) {
        if (text.length() != 1 || text.charAt(0) < '1' || text.charAt(0) > '0' + MOST_COPIES) {
            throw MALFORMED.because(name + " is not one of 1 to " + MOST_COPIES);
        }
        return text.charAt(0) - '0';
    }
}
