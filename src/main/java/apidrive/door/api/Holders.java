package apidrive.door.api;

import java.net.URI;
import java.util.List;

import apidrive.repair.NetworkChunks;
import apidrive.repair.Stored;

/** Tells who keeps a chunk that was stored, so that the client can note it down. */
final class Holders {
    /** The base URLs of the servers that keep the chunk durably by the time of the answer, comma-separated. */
    static final String FIELD = "Chunk-Holders";

    private Holders() {
    }

    /** The answer to a store, with the holders in a header field: the original's contract has no member for them. */
    static Answer name(NetworkChunks chunks, Stored stored, String mediaType) {
        return Answer.of(Replies.stored(stored.info()), mediaType).with(FIELD, String.join(", ", texts(chunks, stored)));
    }

    static List<String> texts(NetworkChunks chunks, Stored stored) {
        return chunks.urls(stored).stream().map(URI::toString).toList();
    }
}
