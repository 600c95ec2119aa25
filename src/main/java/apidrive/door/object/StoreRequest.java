package apidrive.door.object;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.UNSUPPORTED_MEDIA_TYPE;

import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import apidrive.manifest.Label;
import apidrive.object.Condition;
import apidrive.wire.Digest;
import apidrive.wire.Disposition;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

/**
 * What the header of a request to store an object says of it.
 *
 * @param length bytes that are to come, -1 where that is not told
 */
record StoreRequest(Label label, Condition condition, long length) {
    static final String REPR_DIGEST = "Repr-Digest";
    private static final List<String> DIGESTS = List.of(REPR_DIGEST, "Content-Digest");
    private static final Pattern SHA256 = Pattern.compile("sha-256=:([A-Za-z0-9+/=]+):");
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"([0-9A-Fa-f]{64})\"");

    /** {@code name} stands in the query; null for none. Throws MALFORMED, UNSUPPORTED_MEDIA_TYPE. */
    static StoreRequest of(HttpServletRequest request, String name) {
        Optional<String> called = Optional.ofNullable(name)
                .or(() -> Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_DISPOSITION)).flatMap(Disposition::fileName));
        Label label = Label.of(request.getContentType(), called.orElse(null));
        requireWhole(request, label);
        return new StoreRequest(label, condition(request), request.getContentLengthLong());
    }

    /** Bytes that were encoded or wrapped would come back as if they were not; a part of an object is no object. */
    private static void requireWhole(HttpServletRequest request, Label label) {
        if (label.plainType().equals(MediaType.MULTIPART_FORM_DATA)) {
            throw UNSUPPORTED_MEDIA_TYPE.because("an object is stored as it is; send its bytes alone and not as a form");
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
            throw UNSUPPORTED_MEDIA_TYPE.because("an object is stored as it is; send it without Content-Encoding")
                    .with("Accept-Encoding", "identity");
        }
        if (request.getHeader("Content-Range") != null) {
            throw MALFORMED.because("an object is stored whole; /api/drive/upload takes it in parts");
        }
    }

    private static Condition condition(HttpServletRequest request) {
        Optional<Digest> expected = DIGESTS.stream().map(request::getHeader).filter(Objects::nonNull)
                .flatMap(field -> matches(SHA256, field)).map(found -> sha256(found.group(1))).findFirst();
        String ifNoneMatch = Optional.ofNullable(request.getHeader(HttpHeaders.IF_NONE_MATCH)).orElse("");
        return new Condition(expected, Optional.empty(), Optional.empty(), ifNoneMatch.strip().equals("*"),
                matches(TAG, ifNoneMatch).flatMap(tag -> Digest.parse(tag.group(1)).stream()).toList());
    }

    private static Stream<MatchResult> matches(Pattern pattern, String field) {
        return pattern.matcher(field).results();
    }

    private static Digest sha256(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length == Digest.BYTES) {
                return Digest.ofBytes(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("the digest that was sent is not in base64", e);
        }
        throw MALFORMED.because("the digest that was sent is no SHA-256");
    }
}
