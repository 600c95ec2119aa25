package apidrive.object;

import java.time.Duration;
import java.util.Optional;

import apidrive.manifest.StoredObject;
import apidrive.name.Names;

/** Has the name that is its SHA-256 keep what an upload has become, for as long as its metadata say. Threads share it. */
public final class UploadNaming {
    private final Names names;
    private final ObjectReader reader;
    private final ObjectClaim claim;

    public UploadNaming(Names names, ObjectReader reader, ObjectClaim claim) {
        this.names = names;
        this.reader = reader;
        this.claim = claim;
    }

    /**
     * Names it for the holder of the upload, unless it is kept for another already. Who was being named before may have ended since, and not
     * all servers know: then another claims all of it. Throws NAME_AWAY, CHUNK_AWAY, where chunks went with that holder CHUNK_NOT_FOUND or
     * OBJECT_NOT_FOUND, and what {@code goOn} does.
     *
     * @param goOn runs from time to time
     */
    void name(StoredObject object, UploadTable.Row row, Runnable goOn) {
        Optional<Duration> lifetime = UploadMetadata.lifetime(row.upload().metadata());
        if (row.holder().isEmpty()) {
            names.putHashes(object, row.wish());
        } else if (row.isNaming()) {
            claim.name(reader.open(object.id()), (kept, holder) -> Named.of(names.putHashes(object, row.wish(), holder, lifetime)), goOn);
        } else {
            names.putHashes(object, row.wish(), row.holder().get(), lifetime);
        }
    }
}
