package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * What a name is asked for by. Building one throws MALFORMED.
 *
 * @param namespace {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param name      1 to {@link #MOST_BYTES} bytes of UTF-8, without control characters; never a path of this machine
 */
public record NameKey(String namespace, String name) {
    public static final int MOST_BYTES = 1_024;
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final char BETWEEN = '\0';  // stands in neither part, so that no two keys are one text

    public NameKey {
        requireNamespace(namespace);
        requireText(name);
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw MALFORMED.because("a name has 1 to " + MOST_BYTES + " bytes of UTF-8");
        }
    }

    /** Where it belongs: placed as a chunk of this id would be. */
    public ChunkId id() {
        return ChunkId.of(Digest.of((namespace + BETWEEN + name).getBytes(StandardCharsets.UTF_8)));
    }

    /** Throws MALFORMED. */
    static void requireNamespace(String text) {
        if (!NAMESPACE.matcher(text).matches()) {
            throw MALFORMED.because("a namespace has 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first");
        }
    }

    /** Throws MALFORMED for control characters, and for halves of a surrogate pair, which UTF-8 cannot express. */
    static void requireText(String text) {
        if (text.chars().anyMatch(Character::isISOControl) || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw MALFORMED.because("a name and what is said of it have no control characters, and are Unicode");
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
