package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Bodies in JSON (RFC 8259). */
final class JsonBody {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FIRST_CAPACITY = 256;
    private static final int BASE64_GROUP = 4;  // characters for three bytes

    private JsonBody() {
    }

    static DriveRequest readRequest(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw MALFORMED.because("the body is not a JSON object");
            }
            byte[] data = null;
            ChunkId id = null;
            Integer copies = null;
            Integer ack = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if ("data".equalsIgnoreCase(name)) {
                    data = value == JsonToken.VALUE_NULL ? null : data(parser, value);
                } else if ("id".equalsIgnoreCase(name)) {
                    id = value == JsonToken.VALUE_NULL ? null : id(parser, value);
                } else if ("copies".equalsIgnoreCase(name)) {
                    copies = value == JsonToken.VALUE_NULL ? null : Integer.valueOf(DriveRequest.copies(parser.getText()));
                } else if ("ack".equalsIgnoreCase(name)) {
                    ack = value == JsonToken.VALUE_NULL ? null : Integer.valueOf(DriveRequest.ack(parser.getText()));
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw MALFORMED.because("something follows the JSON object");
            }
            return new DriveRequest(data, id, null, copies, ack);
        } catch (IOException e) {
            throw MALFORMED.because("the body is not JSON", e);
        }
    }

    static byte[] write(Object body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_CAPACITY);
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            writeValue(generator, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] data(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return base64(parser.getText());
        }
        if (value != JsonToken.START_ARRAY) {
            throw MALFORMED.because("Data is neither a base64 string nor an array of bytes");
        }
        byte[] bytes = new byte[FIRST_CAPACITY];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() != JsonParser.NumberType.INT
                    || parser.getIntValue() < 0 || parser.getIntValue() > 255) {
                throw MALFORMED.because("Data holds something else than integers from 0 to 255");
            }
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * count);
            }
            bytes[count++] = (byte) parser.getIntValue();
        }
        return Arrays.copyOf(bytes, count);
    }

    /** RFC 4648 §4 with padding; white space between the characters is passed over, as the original does. */
    private static byte[] base64(String text) {
        try {
            byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
            byte[] dense = hasSpace(ascii) ? withoutSpace(ascii) : ascii;
            if (dense.length % BASE64_GROUP != 0) {
                throw MALFORMED.because("Data is not base64: its padding is missing");
            }
            return Base64.getDecoder().decode(dense);
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("Data is not base64", e);
        }
    }

    private static boolean hasSpace(byte[] ascii) {
        for (byte one : ascii) {
            if (one >= 0 && one <= ' ') {
                return true;
            }
        }
        return false;
    }

    private static byte[] withoutSpace(byte[] ascii) {
        byte[] kept = new byte[ascii.length];
        int count = 0;
        for (byte one : ascii) {
            if (one != ' ' && one != '\t' && one != '\r' && one != '\n') {
                kept[count++] = one;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private static ChunkId id(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw MALFORMED.because("Id is not a string");
        }
        return ChunkId.parse(parser.getText()).orElseThrow(() -> MALFORMED.because("Id is not a GUID"));
    }

    private static void writeValue(JsonGenerator generator, Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof Integer number) {
            generator.writeNumber(number);
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Double number) {
            generator.writeNumber(number);
        } else if (value instanceof byte[] bytes) {
            generator.writeBinary(bytes);
        } else if (value instanceof ChunkId || value instanceof Instant) {
            generator.writeString(value.toString());
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                writeValue(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof Document document) {
            generator.writeStartObject();
            for (var member : document.members().entrySet()) {
                generator.writeFieldName(member.getKey());
                writeValue(generator, member.getValue());
            }
            generator.writeEndObject();
        } else {
            throw new IllegalArgumentException("a body cannot hold a " + value.getClass().getName());
        }
    }
}
