package apidrive.name;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Whom a name that is put keeps its object for, and until when: empty where nobody claims it, and where it stays until it is deleted. */
record Keeper(Optional<UUID> holder, Optional<Instant> until) {
    static final Keeper NOBODY = new Keeper(Optional.empty(), Optional.empty());

    /**
     * The same beside what the name says by now, where it means the object already. A name that somebody gave ends as was said last. A
     * hash has all who stored these bytes for its authors: it ends with the last of them, and whoever only points to the object changes
     * nothing.
     */
    Keeper beside(NameKey key, Optional<NameRecord> same) {
        Optional<UUID> kept = holder.or(() -> same.flatMap(NameRecord::holder));
        if (!HashNames.isHash(key.namespace())) {
            return new Keeper(kept, until);
        }
        if (holder.isEmpty()) {
            return new Keeper(kept, same.flatMap(NameRecord::until));
        }
        return new Keeper(kept, same.filter(record -> record.holder().isPresent()).map(record -> later(record.until(), until)).orElse(until));
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return one.flatMap(end -> other.map(another -> end.isAfter(another) ? end : another));
    }
}
