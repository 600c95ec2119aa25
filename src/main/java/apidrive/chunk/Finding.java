package apidrive.chunk;

import java.util.Locale;
import java.util.Optional;

/**
 * Something that is not as it should be.
 *
 * @param subject what it is about
 * @param detail  in words for people
 * @param repair  sets it right if it still is wrong, or has a job do so; throws ProblemException where that failed. Empty where nothing can
 *                be done here
 */
public record Finding(Kind kind, String subject, String detail, Optional<Runnable> repair) {
    /** What may be wrong. */
    public enum Kind {
        /** No server that answers keeps a chunk of what has a name. */
        CHUNK_MISSING,
        /** A chunk of what has a name has fewer copies than are wanted. */
        COPIES_MISSING,
        /** Bytes that a name's tree names as a node of it are none. */
        TREE_BROKEN,
        /** The holder of a name does not claim a chunk of it that is kept here. */
        CLAIM_MISSING,
        /** A chunk's row says that it is claimed, and nobody does, or the other way round. */
        CLAIM_UNEQUAL,
        /** A claim on a chunk that is not kept. */
        CLAIM_ORPHANED,
        /** A holder claims chunks, and no name anywhere is kept for it. */
        HOLDER_UNNAMED,
        /** The counts of slots and bytes are not those of the chunks. */
        SLOTS_UNEQUAL,
        /** The counts of names and of the bytes that they stand for are not those of the names. */
        USAGE_UNEQUAL;

        /** In lower case, with hyphens. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
