package apidrive.object;

import java.util.List;
import java.util.Optional;

import apidrive.wire.Digest;

/**
 * Under which an object is stored.
 *
 * @param expected what all of it is to hash to; empty for whatever comes
 * @param onlyNew  whether it is refused where an object of the same bytes is kept already
 * @param not      SHA-256s of objects of which one that is kept already is reason to store nothing
 */
public record Condition(Optional<Digest> expected, boolean onlyNew, List<Digest> not) {
    public static final Condition NONE = new Condition(Optional.empty(), false, List.of());
}
