package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * Reads {@code .apidrive} files, also such as are written by hand: members in any case and sequence, entries in any
 * order, ids in any spelling, any number of URLs, with or without sizes and digests; what is unknown is passed over.
 */
public final class ManifestReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String URL_MEMBER = "url";
    private static final int MOST_URLS = 64;
    private static final int MOST_URL_DIGITS = 6;

    private final JsonParser parser;
    private final Map<String, URI> known = new HashMap<>();
    private String file;

    private ManifestReader(JsonParser parser) {
        this.parser = parser;
    }

    /** The files in {@code in}, which is closed, in their sequence; throws MALFORMED with words for the user. */
    public static List<Manifest> read(InputStream in) throws IOException {
        try (JsonParser parser = JSON.createParser(in)) {
            return new ManifestReader(parser).files();
        } catch (JsonParseException | StreamConstraintsException e) {
            throw MALFORMED.because("this is no manifest: " + e.getOriginalMessage(), e);
        }
    }

    private List<Manifest> files() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw MALFORMED.because("this is no manifest: it is not a JSON object with a member for each file");
        }
        List<Manifest> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            file = parser.currentName();
            if (!names.add(file)) {
                throw fault("the name stands twice");
            }
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw fault("its value is not an array of chunks");
            }
            ManifestBuilder builder = new ManifestBuilder(file);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                entry(builder);
            }
            files.add(builder.build());
        }
        if (parser.nextToken() != null) {
            throw MALFORMED.because("this is no manifest: something follows the JSON object");
        }
        return files;
    }

    private void entry(ManifestBuilder builder) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw fault("an entry is not an object");
        }
        ChunkId id = null;
        Long order = null;
        Long size = null;
        Digest digest = null;
        Map<Integer, URI> urls = new TreeMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName().toLowerCase(Locale.ROOT);
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (member) {
                case "id" -> id = ChunkId.parse(text("Id")).orElseThrow(() -> fault("an Id is not a GUID"));
                case "order" -> order = number("Order");
                case "size" -> size = number("Size");
                case "digest" -> digest = Digest.parse(text("Digest"))
                        .orElseThrow(() -> fault("a Digest is not a SHA-256 of 64 hexadecimal digits"));
                default -> other(member, urls);
            }
        }
        if (id == null || order == null) {
            throw fault("an entry has no " + (id == null ? "Id" : "Order"));
        }
        builder.add(order, id, List.copyOf(urls.values()), size == null ? OptionalInt.empty()
                : OptionalInt.of((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size))),
                Optional.ofNullable(digest));
    }

    /** {@code URL1}, {@code URL2} and so on; anything else is skipped. */
    private void other(String member, Map<Integer, URI> urls) throws IOException {
        String digits = member.startsWith(URL_MEMBER) ? member.substring(URL_MEMBER.length()) : "";
        if (digits.isEmpty() || digits.length() > MOST_URL_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            parser.skipChildren();
            return;
        }
        String url = text("URL" + digits);
        if (url.isBlank()) {
            return;  // the original's shape has exactly three; who has fewer leaves one empty
        }
        if (urls.size() == MOST_URLS) {
            throw fault("an entry has more than " + MOST_URLS + " URLs");
        }
        urls.put(Integer.valueOf(digits), known.computeIfAbsent(url, this::url));
    }

    private URI url(String text) {
        try {
            URI url = new URI(text.strip());
            boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw fault("'" + text + "' is not a URL: " + e.getReason());
        }
        throw fault("'" + text + "' is not an absolute http or https URL");
    }

    private String text(String member) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw fault("a value of " + member + " is not a string");
        }
        return parser.getText();
    }

    private long number(String member) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw fault("a value of " + member + " is not an integer in the range");
        }
        return parser.getLongValue();
    }

    private ProblemException fault(String what) {
        return MALFORMED.because("the manifest of '" + file + "' cannot be used: " + what);
    }
}
