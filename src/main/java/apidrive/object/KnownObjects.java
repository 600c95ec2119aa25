package apidrive.object;

import java.time.InstantSource;
import java.util.Optional;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/**
 * Which bytes are kept already, by their digest. Only what a node computed counts, since a root that somebody made may claim any
 * digest: rows of this node, and in a network whose members share a key the names that others gave.
 */
public final class KnownObjects {
    private final ObjectTable table;
    private final Names names;
    private final boolean areOthersTrusted;
    private final InstantSource clock;

    public KnownObjects(ObjectTable table, Names names, boolean areOthersTrusted, InstantSource clock) {
        this.table = table;
        this.names = names;
        this.areOthersTrusted = areOthersTrusted;
        this.clock = clock;
    }

    /** The object of bytes that hash to this; whether its chunks are still kept is another question. */
    Optional<ChunkId> find(Digest sha256) {
        Optional<ChunkId> here = table.findBySha256(sha256, clock.instant()).map(StoredObject::id);
        return here.isPresent() || !areOthersTrusted ? here : named(sha256);
    }

    /** Nobody is kept from storing by servers that are away. */
    private Optional<ChunkId> named(Digest sha256) {
        try {
            return names.find(HashNames.sha256(sha256.toString())).flatMap(NameRecord::object);
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }
}
