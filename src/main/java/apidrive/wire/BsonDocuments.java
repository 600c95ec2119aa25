package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.bson.BSONException;
import org.bson.BsonBinary;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinarySubType;
import org.bson.BsonType;

/** Reads documents of any members from BSON (bsonspec.org, version 1.1). */
final class BsonDocuments {
    private static final int LEAST_BYTES = 5;
    private static final int MOST_DEPTH = 64;  // of documents and lists in one another, against overflow of the stack
    private static final Object UNKNOWN = new Object();

    private BsonDocuments() {
    }

    /** Documents one after another. */
    static List<Document> read(byte[] body) {
        List<Document> documents = new ArrayList<>();
        ByteBuffer left = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        while (left.hasRemaining()) {
            int length = left.remaining() < LEAST_BYTES ? 0 : left.getInt(left.position());
            if (length < LEAST_BYTES || length > left.remaining()) {
                throw MALFORMED.because("the body does not consist of whole BSON documents");
            }
            documents.add(one(left.slice(left.position(), length)));
            left.position(left.position() + length);
        }
        return documents;
    }

    private static Document one(ByteBuffer bytes) {
        try (BsonBinaryReader reader = new BsonBinaryReader(bytes)) {
            return document(reader, 0);
        } catch (BSONException | IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw MALFORMED.because("the body is not BSON", e);
        }
    }

    private static Document document(BsonBinaryReader reader, int depth) {
        bound(depth);
        Document document = new Document();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            String name = reader.readName();
            Object value = value(reader, depth);
            if (value != UNKNOWN) {
                document.with(name, value);
            }
        }
        reader.readEndDocument();
        return document;
    }

    private static Object value(BsonBinaryReader reader, int depth) {
        return switch (reader.getCurrentBsonType()) {
            case NULL -> {
                reader.readNull();
                yield null;
            }
            case STRING -> reader.readString();
            case BOOLEAN -> reader.readBoolean();
            case INT32 -> (long) reader.readInt32();
            case INT64 -> reader.readInt64();
            case DOUBLE -> reader.readDouble();
            case DATE_TIME -> Instant.ofEpochMilli(reader.readDateTime());
            case BINARY -> binary(reader.readBinaryData());
            case DOCUMENT -> document(reader, depth + 1);
            case ARRAY -> list(reader, depth + 1);
            default -> {
                reader.skipValue();
                yield UNKNOWN;
            }
        };
    }

    private static Object binary(BsonBinary binary) {
        boolean guid = binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue()
                || binary.getType() == BsonBinarySubType.UUID_LEGACY.getValue();
        return guid && binary.getData().length == ChunkId.BYTES ? ChunkId.ofDotNet(binary.getData()) : binary.getData();
    }

    private static List<Object> list(BsonBinaryReader reader, int depth) {
        bound(depth);
        List<Object> list = new ArrayList<>();
        reader.readStartArray();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            Object value = value(reader, depth);
            if (value != UNKNOWN) {
                list.add(value);
            }
        }
        reader.readEndArray();
        return list;
    }

    private static void bound(int depth) {
        if (depth > MOST_DEPTH) {
            throw MALFORMED.because("the body is nested deeper than " + MOST_DEPTH);
        }
    }
}
