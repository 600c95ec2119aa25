package apidrive.object;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import java.util.Optional;

import apidrive.manifest.StoredObject;
import apidrive.name.HashNames;
import apidrive.name.NameKey;
import apidrive.name.Names;
import apidrive.wire.ChunkId;

/** Objects as whoever looks after them finds them: by what is known of one, also where its chunks are not to be had. Threads share it. */
public final class ObjectLookup {
    private final Names names;
    private final ObjectTable table;
    private final ObjectReader reader;

    public ObjectLookup(Names names, ObjectTable table, ObjectReader reader) {
        this.names = names;
        this.table = table;
        this.reader = reader;
    }

    /**
     * The object with this root, or of bytes with this SHA-1, SHA-256 or SHA-512, as its latest uploader labelled it. Throws MALFORMED
     * for a text that is none of these, OBJECT_NOT_FOUND, NAME_AWAY, and what a retrieval throws.
     */
    public StoredObject find(String text) {
        Optional<NameKey> hash = HashNames.parse(text);
        if (hash.isPresent()) {
            return named(hash.get()).orElseThrow(() -> OBJECT_NOT_FOUND.because("no object is known of this hash"));
        }
        ChunkId id = ChunkId.parse(text).orElseThrow(() ->
                MALFORMED.because("'" + text + "' is neither a GUID nor a SHA-1, SHA-256 or SHA-512"));
        return table.find(id).orElseGet(() -> reader.open(id).object());
    }

    private Optional<StoredObject> named(NameKey key) {
        return names.find(key).map(record -> new StoredObject(record.root().orElseThrow(), record.size(), record.digests(), record.label(),
                null));
    }
}
