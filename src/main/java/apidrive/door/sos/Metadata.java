package apidrive.door.sos;

import static apidrive.problem.Problem.TOO_LARGE;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import apidrive.manifest.Label;
import apidrive.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * What an uploader says of a blob in fields that begin with {@code X-}, and every reader is told. The original keeps all of them. Here
 * those are left out that others than the uploader add, or that others than the reader obey.
 */
final class Metadata {
    /** By which an uploader says what the bytes are. */
    static final String MIME_TYPE = "X-Mime-Type";
    /** Names and values: half of what containers take for the header of an answer, where others come beside. */
    static final int MOST_BYTES = 4_096;
    /** In lower case. */
    private static final Pattern NAME = Pattern.compile("x-[!#$%&'*+.^_`|~0-9a-z-]+");

    /** What proxies and load balancers tell of a request, its sender's address above all; and what proves who he is. */
    private static final List<String> OF_PROXIES = List.of("x-forwarded", "x-forwarded-", "x-original-", "x-real-ip", "x-client-ip",
            "x-cluster-client-ip", "x-true-client-ip", "x-remote-", "x-proxyuser-", "x-proxy-", "x-nginx-proxy", "x-varnish", "x-via", "x-scheme",
            "x-url-scheme", "x-ssl-", "x-request-id", "x-request-start", "x-correlation-id", "x-trace-id", "x-b3-", "x-cloud-trace-context",
            "x-amzn-", "x-amz-cf-", "x-azure-", "x-arr-", "x-appengine-", "x-goog-", "x-envoy-", "x-auth-", "x-api-key", "x-csrf-token",
            "x-xsrf-token");
    /** What browsers obey, and this node says itself. */
    private static final List<String> OF_BROWSERS = List.of("x-content-type-options", "x-content-security-policy",
            "x-content-security-policy-", "x-frame-options", "x-xss-protection", "x-webkit-", "x-ua-compatible", "x-dns-prefetch-control",
            "x-download-options", "x-permitted-cross-domain-policies");
    /** What a web server in front of this one would obey: it would send one of its own files, or wait. */
    private static final List<String> OF_SERVERS = List.of("x-accel-", "x-sendfile", "x-sendfile-", "x-lighttpd-", "x-litespeed-",
            "x-reproxy-");
    private static final List<List<String>> LEFT_OUT = List.of(OF_PROXIES, OF_BROWSERS, OF_SERVERS);

    private Metadata() {
    }

    /** What the request's header says, by canonical names; of a field that is repeated the first value. Throws TOO_LARGE. */
    static Map<String, String> of(HttpServletRequest request) {
        Map<String, String> metadata = new TreeMap<>();
        int bytes = 0;
        for (String name : Collections.list(request.getHeaderNames())) {
            String value = text(request.getHeader(name));
            if (isKept(name) && metadata.putIfAbsent(canonical(name), value) == null) {
                bytes += (name + value).getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (bytes > MOST_BYTES) {
            throw TOO_LARGE.because("the fields that begin with X- have more than " + MOST_BYTES + " bytes");
        }
        return metadata;
    }

    /** The fields of an answer, whoever wrote the record; values in UTF-8, each byte a character. */
    static Map<String, String> fields(Map<String, String> metadata) {
        Map<String, String> fields = new LinkedHashMap<>();
        metadata.forEach((name, value) -> {
            if (isKept(name)) {
                fields.put(name, new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
            }
        });
        return fields;
    }

    /** What the blob is to be taken for; what is no media type says nothing. */
    static Label label(Map<String, String> metadata) {
        try {
            return Label.of(metadata.get(MIME_TYPE), null);
        } catch (ProblemException e) {
            return Label.NONE;
        }
    }

    /** Containers take each byte of a value for a character. Most who send others than ASCII mean UTF-8; the rest is what it looks like. */
    private static String text(String value) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1))).toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    /** In the lists a name that ends in a hyphen is the beginning of names. */
    static boolean isKept(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NAME.matcher(lower).matches() && LEFT_OUT.stream().flatMap(List::stream)
                .noneMatch(out -> out.endsWith("-") ? lower.startsWith(out) : lower.equals(out));
    }

    /** Capitals where a word of it begins, as the original writes names. */
    static String canonical(String name) {
        StringBuilder canonical = new StringBuilder(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < canonical.length(); i++) {
            if (i == 0 || canonical.charAt(i - 1) == '-') {
                canonical.setCharAt(i, Character.toUpperCase(canonical.charAt(i)));
            }
        }
        return canonical.toString();
    }
}
