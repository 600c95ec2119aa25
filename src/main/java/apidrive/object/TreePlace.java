package apidrive.object;

import static apidrive.problem.Problem.MALFORMED;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.name.NameMark;
import apidrive.wire.ChunkId;

/**
 * How far names and their trees are checked.
 *
 * @param leaf  leaves of what the record behind {@code after} means that are done; 0 where it is not begun
 * @param root  what that record means, with {@code leaf} above 0
 * @param after the last record that is done; below all before the first
 */
record TreePlace(long leaf, Optional<ChunkId> root, NameMark after) {
    private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,15}):([0-9a-f-]{36}))?/(.*)");

    /** Where all of these records are done. */
    static TreePlace behind(NameMark record) {
        return new TreePlace(0, Optional.empty(), record);
    }

    /** As {@link #text} wrote it, or empty for the beginning; throws MALFORMED. */
    static TreePlace parse(String text) {
        Matcher parts = TEXT.matcher(text.isEmpty() ? "/" + NameMark.LOWEST.text() : text);
        if (!parts.matches()) {
            throw MALFORMED.because("'" + text + "' is no place among names");
        }
        Optional<ChunkId> root = Optional.ofNullable(parts.group(2)).map(id -> ChunkId.parse(id)
                .orElseThrow(() -> MALFORMED.because("'" + id + "' is not a chunk's id")));
        return new TreePlace(root.isPresent() ? Long.parseLong(parts.group(1)) : 0, root, NameMark.parse(parts.group(3))
                .orElseThrow(() -> MALFORMED.because("'" + parts.group(3) + "' is no record of a name")));
    }

    String text() {
        return root.map(id -> leaf + ":" + id).orElse("") + "/" + after.text();
    }

    /** Whether no tree is begun and not done. */
    boolean isWhole() {
        return root.isEmpty();
    }

    /** Leaves of the object that are done. */
    long leafOf(ChunkId object) {
        return root.filter(object::equals).isPresent() ? leaf : 0;
    }
}
