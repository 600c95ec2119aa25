package apidrive.door.dtfc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import apidrive.name.NameRecord;

/**
 * What this door has noted of a SHA-512, in the metadata of the name that stands for it.
 *
 * @param fileNames what its content was stored as, the last last
 * @param mark      that an administrator set on it
 * @param isDeleted whether it was deleted, and not stored again since
 * @param storedAt  about when it was last stored here, as text; so that the name changes then, and its own time tells it
 */
record Standing(List<String> fileNames, Optional<Mark> mark, boolean isDeleted, Optional<String> storedAt) {
    static final Standing NONE = new Standing(List.of(), Optional.empty(), false, Optional.empty());
    static final Standing DELETED = new Standing(List.of(), Optional.empty(), true, Optional.empty());
    /** What is stored again within this time is no news. */
    static final Duration GRAIN = Duration.ofMinutes(1);
    private static final int MOST_NAMES = 8;
    private static final String FILES = "files";
    private static final String BETWEEN = "/";  // in no file name
    private static final String MARK = "mark";
    private static final String GONE = "deleted";
    private static final String STORED = "stored";

    static Standing of(NameRecord record) {
        String files = record.metadata().getOrDefault(FILES, "");
        return new Standing(files.isEmpty() ? List.of() : List.of(files.split(BETWEEN)),
                Optional.ofNullable(record.metadata().get(MARK)).flatMap(Mark::of), record.metadata().containsKey(GONE),
                Optional.ofNullable(record.metadata().get(STORED)));
    }

    /** As it is once content was stored under that name. */
    Standing stored(String fileName, Instant now) {
        List<String> names = new ArrayList<>(isDeleted ? List.of() : fileNames);
        names.remove(fileName);
        names.add(fileName);
        return new Standing(List.copyOf(names.subList(Math.max(0, names.size() - MOST_NAMES), names.size())), mark, false,
                Optional.of(now.truncatedTo(ChronoUnit.MINUTES).toString()));
    }

    Standing marked(Optional<Mark> other) {
        return new Standing(fileNames, other, isDeleted, storedAt);
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        if (!fileNames.isEmpty()) {
            metadata.put(FILES, String.join(BETWEEN, fileNames));
        }
        mark.ifPresent(set -> metadata.put(MARK, Integer.toString(set.status())));
        if (isDeleted) {
            metadata.put(GONE, "true");
        }
        storedAt.ifPresent(at -> metadata.put(STORED, at));
        return metadata;
    }
}
