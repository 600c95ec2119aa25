package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Reads manifests: names of members in any case, entries in any order, members it does not know passed over. */
public final class ManifestReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String URL = "url";

    /** Lists of URLs seen before: a large file's entries share a few. */
    private final Map<List<String>, List<String>> urls = new HashMap<>();

    /** The files of one manifest, in its order. Throws MALFORMED with words for the user. */
    public List<Manifest> read(InputStream in) throws IOException {
        List<Manifest> files = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(in)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "a manifest is a JSON object with one member a file");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                expect(parser.nextToken(), JsonToken.START_ARRAY, "the file '" + name + "' is not an array of entries");
                files.add(new Manifest(name, entries(parser)));
            }
            return files;
        } catch (StreamReadException e) {
            throw MALFORMED.because("the manifest is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private List<Entry> entries(JsonParser parser) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.START_OBJECT, "an entry is not an object");
            entries.add(entry(parser));
        }
        return entries;
    }

    private Entry entry(JsonParser parser) throws IOException {
        Optional<ChunkId> id = Optional.empty();
        Optional<Digest> digest = Optional.empty();
        int order = -1;
        int size = Entry.UNKNOWN;
        Map<Integer, String> numbered = new TreeMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName().toLowerCase(Locale.ROOT);
            JsonToken value = parser.nextToken();
            if (member.equals("id") && value == JsonToken.VALUE_STRING) {
                id = ChunkId.parse(parser.getText());
            } else if (member.equals("order") && value == JsonToken.VALUE_NUMBER_INT) {
                order = parser.getIntValue();
            } else if (member.equals("size") && value == JsonToken.VALUE_NUMBER_INT) {
                size = parser.getIntValue();
            } else if (member.equals("digest") && value == JsonToken.VALUE_STRING) {
                digest = Optional.of(Digest.parse(parser.getText())
                        .orElseThrow(() -> MALFORMED.because("a Digest is not 64 hexadecimal digits")));
            } else if (member.matches("url\\d{1,4}") && value == JsonToken.VALUE_STRING) {
                numbered.put(Integer.valueOf(member.substring(URL.length())), parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        int place = order;
        return new Entry(order, id.orElseThrow(() -> MALFORMED.because("the Id of entry " + place + " is not a GUID")),
                shared(numbered.values()), size, digest);
    }

    private List<String> shared(Iterable<String> values) {
        List<String> list = new ArrayList<>();
        for (String value : values) {
            if (!value.regionMatches(true, 0, "http://", 0, 7) && !value.regionMatches(true, 0, "https://", 0, 8)) {
                throw MALFORMED.because("'" + value + "' is not an http or https URL");
            }
            if (!list.contains(value)) {
                list.add(value);
            }
        }
        return urls.computeIfAbsent(List.copyOf(list), same -> same);
    }

    private static void expect(JsonToken found, JsonToken wanted, String otherwise) {
        if (found != wanted) {
            throw MALFORMED.because(otherwise);
        }
    }
}
