package apidrive.object;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import apidrive.manifest.Label;
import apidrive.wire.Lifetime;

/** The field Upload-Metadata (tus 1.0, Creation): names, each followed by a space and a value in base64, with commas. */
public final class UploadMetadata {
    /** What the common clients call them. */
    private static final List<String> TYPES = List.of("filetype", "type", "contentType", "content-type");
    private static final List<String> NAMES = List.of("filename", "name");
    private static final String LIFETIME = "lifetime";

    private UploadMetadata() {
    }

    /** What the field, null for none, says of the object; throws MALFORMED. */
    public static Label label(String field) {
        Map<String, String> values = values(field);
        return Label.of(first(TYPES, values), first(NAMES, values));
    }

    /** How long the object is to be kept, as {@link Lifetime} has it; empty where that is not said. Throws MALFORMED. */
    static Optional<Duration> lifetime(String field) {
        return Optional.ofNullable(values(field).get(LIFETIME)).map(Lifetime::parse);
    }

    private static Map<String, String> values(String field) {
        Map<String, String> values = new HashMap<>();
        for (String pair : (field == null ? "" : field).split(",")) {
            if (!pair.isBlank()) {
                String[] parts = pair.strip().split(" +", 2);
                values.put(parts[0], parts.length < 2 ? "" : decoded(parts[1]));
            }
        }
        return values;
    }

    private static String first(List<String> names, Map<String, String> values) {
        return names.stream().map(values::get).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("a value of Upload-Metadata is not in base64", e);
        }
    }
}
