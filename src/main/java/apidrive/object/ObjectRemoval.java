package apidrive.object;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameKey;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.ChunkId;

/** Removes objects and names of objects, and with the last of these what was kept for them. Threads share it. */
public final class ObjectRemoval {
    private final Names names;
    private final NetworkChunks chunks;
    private final ObjectTable table;

    public ObjectRemoval(Names names, NetworkChunks chunks, ObjectTable table) {
        this.names = names;
        this.chunks = chunks;
        this.table = table;
    }

    /**
     * Deletes the names that are hashes of its bytes, which keep an object that was stored without another, and what this node knows of
     * it. Where somebody else holds it, under a name that he gave, it stays, and is found by its hashes still. Does nothing the second
     * time. Throws NAME_AWAY.
     */
    public void remove(StoredObject object, Wish wish) {
        NameKey keeping = HashNames.sha256(object.digests().sha256());
        boolean stays = chunks.isClaimedBeside(object.id(), holders(keeping));
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
                removeHashes(new StoredObject(record.root().orElseThrow(), record.size(), record.digests(), record.label(), null), wish);
                table.delete(root);
            }
        });
        return before;
    }

    /** Those who hold something for the name, in any of its versions. */
    private Set<UUID> holders(NameKey key) {
        return names.versions(key).stream().flatMap(record -> record.holder().stream()).collect(Collectors.toSet());
    }

    private void removeHashes(StoredObject object, Wish wish) {
        for (NameKey key : HashNames.of(object.digests())) {
            if (names.find(key).flatMap(NameRecord::root).filter(object.root()::equals).isPresent()) {
                names.delete(key, wish);
            }
        }
    }
}
