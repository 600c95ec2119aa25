package apidrive.object;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameKey;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.repair.Wish;

/** Removes what is known of objects. Their chunks go when their leases end, since others may hold some of them. */
public final class ObjectRemoval {
    private final Names names;
    private final ObjectTable table;

    public ObjectRemoval(Names names, ObjectTable table) {
        this.names = names;
        this.table = table;
    }

    /** Deletes the names that are hashes of its bytes and what this node knows of it; does nothing the second time. Throws NAME_AWAY. */
    public void remove(StoredObject object, Wish wish) {
        for (NameKey key : HashNames.of(object.digests())) {
            if (names.find(key).flatMap(NameRecord::root).filter(object.root()::equals).isPresent()) {
                names.delete(key, wish);
            }
        }
        table.delete(object.id());
    }
}
