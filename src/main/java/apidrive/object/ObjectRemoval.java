package apidrive.object;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameFindings;
import apidrive.name.NameKey;
import apidrive.name.NamePlace;
import apidrive.name.NameQuery;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.ChunkId;

/** Removes objects and names of objects, and with the last of these what was kept for them. Threads share it. */
public final class ObjectRemoval {
    private static final int PAGE = 256;  // names

    private final Names names;
    private final NetworkChunks chunks;
    private final ObjectTable table;

    public ObjectRemoval(Names names, NetworkChunks chunks, ObjectTable table) {
        this.names = names;
        this.chunks = chunks;
        this.table = table;
    }

    /**
     * Deletes all names that mean the object, in every namespace, and does as {@link #remove}; returns the names that were not hashes. One
     * that has come to mean something else meanwhile stays. Throws NAME_AWAY.
     */
    public List<NameKey> removeWithNames(StoredObject object, Wish wish) {
        List<NameKey> removed = new ArrayList<>();
        Set<UUID> holders = new HashSet<>();
        Optional<NamePlace> after = Optional.of(NamePlace.START);
        while (after.isPresent()) {
            NameFindings found = names.search(NameQuery.meaning(object.root()), after.get(), PAGE);
            for (NameRecord record : found.records()) {
                if (means(record.key(), object)) {
                    holders.addAll(holders(record.key()));
                    names.delete(record.key(), wish);
                    removed.add(record.key());
                }
            }
            after = found.next();
        }
        remove(object, holders, wish);
        return removed;
    }

    /**
     * Deletes the names that are hashes of its bytes, which keep an object that was stored without another, and what this node knows of
     * it. Where somebody else holds it, under a name that he gave, it stays, and is found by its hashes still. Does nothing the second
     * time. Throws NAME_AWAY.
     */
    public void remove(StoredObject object, Wish wish) {
        remove(object, Set.of(), wish);
    }

    /** {@code gone} hold it no more. */
    private void remove(StoredObject object, Set<UUID> gone, Wish wish) {
        Set<UUID> holders = new HashSet<>(gone);
        holders.addAll(holders(HashNames.sha256(object.digests().sha256())));
        boolean stays = chunks.isClaimedBeside(object.id(), holders);
        removeHashes(object, wish);
        if (stays) {
            names.putHashes(object, wish);
        } else {
            table.delete(object.id());
        }
    }

    /**
     * Deletes a name and returns what it meant, empty when nothing. The hashes of an object that nobody else holds go with it. Throws
     * NAME_AWAY.
     */
    public Optional<NameRecord> remove(NameKey key, Wish wish) {
        Set<UUID> holders = holders(key);
        Optional<NameRecord> before = names.delete(key, wish);
        before.filter(record -> record.holder().isPresent()).ifPresent(record -> {
            ChunkId root = record.object().orElseThrow();
            if (!chunks.isClaimedBeside(root, holders)) {
                removeHashes(object(record), wish);
                table.delete(root);
            }
        });
        return before;
    }

    /**
     * Ends a name whose chosen time is over; what only it held goes as in {@link #remove(NameKey, Wish)}, and where it is a hash that
     * others still hold, they are found by it. Does nothing where the name means something else by now. Throws NAME_AWAY.
     */
    public void end(NameRecord record, Wish wish) {
        Set<UUID> holders = holders(record.key());
        if (!names.end(record, wish) || record.holder().isEmpty()) {
            return;
        }
        StoredObject object = object(record);
        boolean isHash = HashNames.isHash(record.key().namespace());
        boolean stays = chunks.isClaimedBeside(object.id(), holders);
        if (!stays) {
            removeHashes(object, wish);
            table.delete(object.id());
        } else if (isHash) {
            names.putHashes(object, wish);
        }
    }

    private static StoredObject object(NameRecord record) {
        return new StoredObject(record.root().orElseThrow(), record.size(), record.digests(), record.label(), null);
    }

    /** Those who hold something for the name, in any of its versions. */
    private Set<UUID> holders(NameKey key) {
        return names.versions(key).stream().flatMap(record -> record.holder().stream()).collect(Collectors.toSet());
    }

    private void removeHashes(StoredObject object, Wish wish) {
        for (NameKey key : HashNames.of(object.digests())) {
            if (means(key, object)) {
                names.delete(key, wish);
            }
        }
    }

    private boolean means(NameKey key, StoredObject object) {
        return names.find(key).flatMap(NameRecord::root).filter(object.root()::equals).isPresent();
    }
}
