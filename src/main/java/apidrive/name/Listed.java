package apidrive.name;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

import apidrive.wire.Digest;

/** Of the record of a name what tells whether the name means anything, and which of several counts. */
interface Listed {
    /** The name, without its namespace. */
    String text();

    /** The author's clock in microseconds, or just above the version replaced. */
    long version();

    /** SHA-256 of the object's root chunk; empty when the name was deleted. */
    Optional<Digest> root();

    /** A digest of the whole record, which tells records of a name apart that have one version. */
    long sum();

    /** When the name ends by itself; empty where it does not. */
    Optional<Instant> until();

    default boolean isDeleted() {
        return root().isEmpty();
    }

    /** Whether the name means nothing at {@code now}: deleted, or at its end. */
    default boolean isOver(Instant now) {
        return isDeleted() || until().filter(end -> !end.isAfter(now)).isPresent();
    }

    /** Whether this one counts and not {@code other}, of the same name. Total, so that all nodes agree. */
    default boolean isAfter(Listed other) {
        if (version() != other.version()) {
            return version() > other.version();
        }
        int byRoot = Arrays.compareUnsigned(bytes(root()), bytes(other.root()));
        return byRoot != 0 ? byRoot > 0 : sum() > other.sum();
    }

    private static byte[] bytes(Optional<Digest> root) {
        return root.map(Digest::bytes).orElse(new byte[0]);
    }
}
