package apidrive.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameFindings;
import apidrive.name.NameKey;
import apidrive.name.NamePlace;
import apidrive.name.NameQuery;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.repair.Wish;

/** Removes what is known of objects. Their chunks go when their leases end, since others may hold some of them. */
public final class ObjectRemoval {
    private static final int PAGE = 256;  // names

    private final Names names;
    private final ObjectTable table;

    public ObjectRemoval(Names names, ObjectTable table) {
        this.names = names;
        this.table = table;
    }

    /**
     * Deletes all names that mean the object, in every namespace, and does as {@link #remove}; returns the names that were not hashes. One
     * that has come to mean something else meanwhile stays. Throws NAME_AWAY.
     */
    public List<NameKey> removeWithNames(StoredObject object, Wish wish) {
        List<NameKey> removed = new ArrayList<>();
        Optional<NamePlace> after = Optional.of(NamePlace.START);
        while (after.isPresent()) {
            NameFindings found = names.search(NameQuery.meaning(object.root()), after.get(), PAGE);
            for (NameRecord record : found.records()) {
                if (means(record.key(), object)) {
                    names.delete(record.key(), wish);
                    removed.add(record.key());
                }
            }
            after = found.next();
        }
        remove(object, wish);
        return removed;
    }

    /** Deletes the names that are hashes of its bytes and what this node knows of it; does nothing the second time. Throws NAME_AWAY. */
    public void remove(StoredObject object, Wish wish) {
        for (NameKey key : HashNames.of(object.digests())) {
            if (means(key, object)) {
                names.delete(key, wish);
            }
        }
        table.delete(object.id());
    }

    private boolean means(NameKey key, StoredObject object) {
        return names.find(key).flatMap(NameRecord::root).filter(object.root()::equals).isPresent();
    }
}
