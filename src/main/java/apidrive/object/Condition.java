package apidrive.object;

import java.util.List;
import java.util.Optional;

import apidrive.wire.Digest;

/**
 * Under which an object is stored.
 *
 * @param expected what all of it is to hash to; empty for whatever comes
 * @param sha1     what it is to hash to by that algorithm, in lower-case hexadecimal digits; empty for whatever comes
 * @param sha512   likewise
 * @param onlyNew  whether it is refused where an object of the same bytes is kept already
 * @param not      SHA-256s of objects of which one that is kept already is reason to store nothing
 */
public record Condition(Optional<Digest> expected, Optional<String> sha1, Optional<String> sha512, boolean onlyNew, List<Digest> not) {
    public static final Condition NONE = new Condition(Optional.empty(), Optional.empty(), Optional.empty(), false, List.of());

    /** Its SHA-1 is to be this. */
    public static Condition ofSha1(String hex) {
        return new Condition(Optional.empty(), Optional.of(hex), Optional.empty(), false, List.of());
    }

    /** Its SHA-512 is to be this. */
    public static Condition ofSha512(String hex) {
        return new Condition(Optional.empty(), Optional.empty(), Optional.of(hex), false, List.of());
    }
}
