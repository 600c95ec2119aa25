package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The two formats of bodies. Reading takes a whole, bounded body; a fault in it is MALFORMED, never anything else. */
public enum Format {
    JSON {
        @Override
        public DriveRequest readRequest(byte[] body) {
            return JsonBody.readRequest(body);
        }

        @Override
        public List<Document> readDocuments(byte[] body) {
            return JsonDocuments.read(body);
        }

        @Override
        public ByteBuffer encode(Object body) {
            return ByteBuffer.wrap(JsonBody.write(body));
        }
    },
    BSON {
        @Override
        public DriveRequest readRequest(byte[] body) {
            return BsonBody.readRequest(body);
        }

        @Override
        public List<Document> readDocuments(byte[] body) {
            return BsonDocuments.read(body);
        }

        @Override
        public ByteBuffer encode(Object body) {
            return BsonBody.encode(body);
        }
    };

    /** Media types as they stand in headers, without parameters. */
    public static final String JSON_TYPE = "application/json";
    /** The other name under which the original's clients send JSON. */
    public static final String TEXT_JSON_TYPE = "text/json";
    public static final String BSON_TYPE = "application/bson";

    /** The format of a Content-Type or one range of an Accept header; empty for a type that is neither. */
    public static Optional<Format> ofMediaType(String mediaType) {
        String type = mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case JSON_TYPE, TEXT_JSON_TYPE -> Optional.of(JSON);
            case BSON_TYPE -> Optional.of(BSON);
            default -> Optional.empty();
        };
    }

    /** Reads what a client sends to {@code store} or {@code retrieve}; throws MALFORMED. */
    public abstract DriveRequest readRequest(byte[] body);

    /**
     * Reads what {@link #encode} wrote: one document, or a list of them. Integers come as Long; values of types that a document does not
     * have are left out; bytes are strings in JSON, GUIDs are {@link ChunkId} in BSON alone, so ask by
     * {@link Document#bytes} and {@link Document#id}. Throws MALFORMED.
     */
    public abstract List<Document> readDocuments(byte[] body);

    /** As {@link #readDocuments} for a body that is exactly one document. */
    public Document readDocument(byte[] body) {
        List<Document> documents = readDocuments(body);
        if (documents.size() != 1) {
            throw MALFORMED.because("the body holds " + documents.size() + " documents, not one");
        }
        return documents.get(0);
    }

    /**
     * A {@link Document}, or a list of them: as an array in JSON, one after another in BSON. It stands in the buffer's
     * array from the first byte up to the limit, so that a chunk is not copied once more.
     */
    public abstract ByteBuffer encode(Object body);

    /** As {@link #encode}, in an array of its own. */
    public byte[] write(Object body) {
        ByteBuffer encoded = encode(body);
        return Arrays.copyOf(encoded.array(), encoded.limit());
    }

    /** As {@link #encode}, onto a stream that stays open. */
    public void write(Object body, OutputStream out) throws IOException {
        ByteBuffer encoded = encode(body);
        out.write(encoded.array(), 0, encoded.limit());
    }
}
