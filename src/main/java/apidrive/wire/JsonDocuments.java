package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Reads documents of any members from JSON (RFC 8259). */
final class JsonDocuments {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_DEPTH = 64;  // of documents and lists in one another, against overflow of the stack

    private JsonDocuments() {
    }

    /** An object, or an array of objects. */
    static List<Document> read(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            List<Document> documents = new ArrayList<>();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                documents.add(document(parser, 0));
            } else if (parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    documents.add(document(parser, 0));
                }
            }
            JsonToken last = parser.currentToken();
            if (last != JsonToken.END_OBJECT && last != JsonToken.END_ARRAY || parser.nextToken() != null) {
                throw MALFORMED.because("the body is neither a JSON object nor an array of them");
            }
            return documents;
        } catch (IOException e) {
            throw MALFORMED.because("the body is not JSON", e);
        }
    }

    private static Document document(JsonParser parser, int depth) throws IOException {
        bound(depth);
        Document document = new Document();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            document.with(name, value(parser, depth));
        }
        return document;
    }

    private static Object value(JsonParser parser, int depth) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? (Object) parser.getDoubleValue() : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case START_OBJECT -> document(parser, depth + 1);
            case START_ARRAY -> list(parser, depth + 1);
            default -> null;
        };
    }

    private static List<Object> list(JsonParser parser, int depth) throws IOException {
        bound(depth);
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser, depth));
        }
        return list;
    }

    private static void bound(int depth) {
        if (depth > MOST_DEPTH) {
            throw MALFORMED.because("the body is nested deeper than " + MOST_DEPTH);
        }
    }
}
