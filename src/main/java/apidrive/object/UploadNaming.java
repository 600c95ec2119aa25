package apidrive.object;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import apidrive.manifest.StoredObject;
import apidrive.name.Names;

/** Has the name that is its SHA-256 keep what an upload has become, for as long as its metadata say. Threads share it. */
public final class UploadNaming {
    private final Names names;
    private final ObjectReader reader;
    private final ObjectClaim claim;
    private final Consumer<Collection<UUID>> ending;

    /** {@code ending} ends holders. */
    public UploadNaming(Names names, ObjectReader reader, ObjectClaim claim, Consumer<Collection<UUID>> ending) {
        this.names = names;
        this.reader = reader;
        this.claim = claim;
        this.ending = ending;
    }

    /**
     * Names it for the holder of the upload, who ends where it is kept for another already. Who was being named before may have ended since,
     * and not all servers know: then another claims all of it, and this one is left to what the names say of him. Throws NAME_AWAY, and
     * where chunks went with him CHUNK_NOT_FOUND, OBJECT_NOT_FOUND.
     *
     * @param goOn runs from time to time
     */
    void name(StoredObject object, UploadTable.Row row, Runnable goOn) {
        Optional<Duration> lifetime = UploadMetadata.lifetime(row.upload().metadata());
        if (row.holder().isEmpty()) {
            names.putHashes(object, row.wish());
        } else if (row.isNaming()) {
            claim.name(reader.open(object.id()), (kept, holder) -> Named.of(names.putHashes(object, row.wish(), holder, lifetime)), goOn);
        } else if (!names.putHashes(object, row.wish(), row.holder().get(), lifetime).holder().equals(row.holder())) {
            ending.accept(List.of(row.holder().get()));
        }
    }
}
