package apidrive.object;

import static apidrive.problem.Problem.MALFORMED;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.name.NameKey;
import apidrive.wire.ChunkId;

/**
 * How far names and their trees are checked.
 *
 * @param leaf  leaves of the name behind {@code after} that are done; 0 where it is not begun
 * @param root  what that name meant then, with {@code leaf} above 0
 * @param after the last name that is done; empty before the first
 */
record TreePlace(long leaf, Optional<ChunkId> root, Optional<NameKey> after) {
    private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,15}):([0-9a-f-]{36}))?/(?:([^/]+)/(.+))?");

    /** Where all of these names are done. */
    static TreePlace behind(NameKey name) {
        return new TreePlace(0, Optional.empty(), Optional.of(name));
    }

    /** As {@link #text} wrote it, or empty for the beginning; throws MALFORMED. */
    static TreePlace parse(String text) {
        Matcher parts = TEXT.matcher(text.isEmpty() ? "/" : text);
        if (!parts.matches()) {
            throw MALFORMED.because("'" + text + "' is no place among names");
        }
        Optional<ChunkId> root = Optional.ofNullable(parts.group(2)).map(id -> ChunkId.parse(id)
                .orElseThrow(() -> MALFORMED.because("'" + id + "' is not a chunk's id")));
        return new TreePlace(root.isPresent() ? Long.parseLong(parts.group(1)) : 0, root,
                Optional.ofNullable(parts.group(3)).map(namespace -> new NameKey(namespace, parts.group(4))));
    }

    String text() {
        return root.map(id -> leaf + ":" + id).orElse("") + "/" + after.map(NameKey::toString).orElse("");
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
