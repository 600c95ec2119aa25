package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.bson.BSONException;
import org.bson.BsonBinary;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinarySubType;
import org.bson.BsonBinaryWriter;
import org.bson.BsonType;
import org.bson.io.BasicOutputBuffer;

/** Bodies in BSON (bsonspec.org, version 1.1). */
final class BsonBody {
    private static final int EMPTY_DOCUMENT_BYTES = 5;
    private static final int ROOM_BESIDE_DATA = 512;

    private BsonBody() {
    }

    static DriveRequest readRequest(byte[] body) {
        if (body.length < EMPTY_DOCUMENT_BYTES
                || ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt() != body.length) {
            throw MALFORMED.because("the body is not one whole BSON document");
        }
        try (BsonBinaryReader reader = new BsonBinaryReader(ByteBuffer.wrap(body))) {
            byte[] data = null;
            byte[] guid = null;
            ChunkId id = null;
            Integer copies = null;
            Integer ack = null;
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                String name = reader.readName();
                if ("data".equalsIgnoreCase(name)) {
                    data = data(reader);
                } else if ("id".equalsIgnoreCase(name) && reader.getCurrentBsonType() == BsonType.STRING) {
                    guid = null;
                    id = ChunkId.parse(reader.readString()).orElseThrow(() -> MALFORMED.because("Id is not a GUID"));
                } else if ("id".equalsIgnoreCase(name)) {
                    guid = guid(reader);
                    id = guid == null ? null : ChunkId.ofDotNet(guid);
                } else if ("copies".equalsIgnoreCase(name)) {
                    copies = word(reader).map(DriveRequest::copies).orElse(null);
                } else if ("ack".equalsIgnoreCase(name)) {
                    ack = word(reader).map(DriveRequest::ack).orElse(null);
                } else {
                    reader.skipValue();
                }
            }
            reader.readEndDocument();
            return new DriveRequest(data, id, guid == null ? null : ChunkId.ofRfc(guid), copies, ack);
        } catch (BSONException | IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw MALFORMED.because("the body is not BSON", e);
        }
    }

    static ByteBuffer encode(Object body) {
        try (BasicOutputBuffer out = new BasicOutputBuffer(capacity(body))) {
            for (Object document : body instanceof List<?> list ? list : List.of(body)) {
                try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
                    writeDocument(writer, (Document) document);
                }
            }
            return ByteBuffer.wrap(out.getInternalBuffer(), 0, out.getSize());
        }
    }

    /** Large enough for the bytes it carries, so that the buffer of a full chunk is not grown by doubling. */
    private static int capacity(Object body) {
        return body instanceof Document document && document.members().get("Data") instanceof byte[] data
                ? data.length + ROOM_BESIDE_DATA : ROOM_BESIDE_DATA;
    }

    private static byte[] data(BsonBinaryReader reader) {
        if (reader.getCurrentBsonType() == BsonType.NULL) {
            reader.readNull();
            return null;
        }
        if (reader.getCurrentBsonType() != BsonType.BINARY) {
            throw MALFORMED.because("Data is not binary");
        }
        BsonBinary binary = reader.readBinaryData();
        if (binary.getType() != BsonBinarySubType.BINARY.getValue()
                && binary.getType() != BsonBinarySubType.OLD_BINARY.getValue()) {
            throw MALFORMED.because("Data is binary of subtype " + binary.getType() + ", not 0 or 2");
        }
        return binary.getData();
    }

    private static byte[] guid(BsonBinaryReader reader) {
        if (reader.getCurrentBsonType() == BsonType.NULL) {
            reader.readNull();
            return null;
        }
        if (reader.getCurrentBsonType() != BsonType.BINARY) {
            throw MALFORMED.because("Id is neither binary nor a string");
        }
        BsonBinary binary = reader.readBinaryData();
        boolean lawful = binary.getType() == BsonBinarySubType.BINARY.getValue()
                || binary.getType() == BsonBinarySubType.UUID_LEGACY.getValue()
                || binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue();
        if (!lawful || binary.getData().length != ChunkId.BYTES) {
            throw MALFORMED.because("Id is not a GUID of 16 bytes under subtype 0, 3 or 4");
        }
        return binary.getData();
    }

    /** An integer or a string, as text; empty for null. */
    private static Optional<String> word(BsonBinaryReader reader) {
        return switch (reader.getCurrentBsonType()) {
            case NULL -> {
                reader.readNull();
                yield Optional.empty();
            }
            case INT32 -> Optional.of(Integer.toString(reader.readInt32()));
            case INT64 -> Optional.of(Long.toString(reader.readInt64()));
            case STRING -> Optional.of(reader.readString());
            default -> throw MALFORMED.because("Copies or Ack is neither a number nor a word");
        };
    }

    private static void writeDocument(BsonBinaryWriter writer, Document document) {
        writer.writeStartDocument();
        document.forEach((name, value) -> {
            writer.writeName(name);
            writeValue(writer, value);
        });
        writer.writeEndDocument();
    }

    private static void writeValue(BsonBinaryWriter writer, Object value) {
        if (value == null) {
            writer.writeNull();
        } else if (value instanceof String text) {
            writer.writeString(text);
        } else if (value instanceof Boolean truth) {
            writer.writeBoolean(truth);
        } else if (value instanceof Integer number) {
            writer.writeInt32(number);
        } else if (value instanceof Long number) {
            writer.writeInt64(number);
        } else if (value instanceof Double number) {
            writer.writeDouble(number);
        } else if (value instanceof byte[] bytes) {
            writer.writeBinaryData(new BsonBinary(bytes));
        } else if (value instanceof ChunkId id) {
            writer.writeBinaryData(new BsonBinary(BsonBinarySubType.UUID_STANDARD, id.toDotNet()));
        } else if (value instanceof Instant instant) {
            writer.writeDateTime(instant.toEpochMilli());
        } else if (value instanceof List<?> list) {
            writer.writeStartArray();
            list.forEach(element -> writeValue(writer, element));
            writer.writeEndArray();
        } else if (value instanceof Document document) {
            writeDocument(writer, document);
        } else {
            throw new IllegalArgumentException("a body cannot hold a " + value.getClass().getName());
        }
    }
}
