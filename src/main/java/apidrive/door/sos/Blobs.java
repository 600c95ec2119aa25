package apidrive.door.sos;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import apidrive.door.api.Admission;
import apidrive.door.api.Answer;
import apidrive.door.object.Handout;
import apidrive.manifest.Label;
import apidrive.name.HashNames;
import apidrive.name.Mode;
import apidrive.name.NameKey;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.object.Condition;
import apidrive.object.Named;
import apidrive.object.ObjectRemoval;
import apidrive.object.ObjectWriter;
import apidrive.object.Places;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import jakarta.servlet.http.HttpServletRequest;

/** The network's objects by SOS ids: those that its clients gave, and the SHA-1 of whatever came in by any door. Threads share it. */
public final class Blobs {
    static final String NAMESPACE = "sos";
    private static final Pattern ID = Pattern.compile("[a-z0-9]+");
    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

    private final Names names;
    private final ObjectWriter writer;
    private final ObjectRemoval removal;
    private final Handout handout;
    private final NetworkChunks chunks;
    private final Places places;
    private final Admission admission;
    private final boolean isStrict;

    /** {@code places} bound downloads at once. {@code isStrict}: an id that looks like a SHA-1 is the one of its bytes. */
    public Blobs(Names names, ObjectWriter writer, ObjectRemoval removal, Handout handout, NetworkChunks chunks, Places places, Admission admission,
            boolean isStrict) {
        this.names = names;
        this.writer = writer;
        this.removal = removal;
        this.handout = handout;
        this.chunks = chunks;
        this.places = places;
        this.admission = admission;
        this.isStrict = isStrict;
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * Stores the request's body, which is all that its id, empty for its SHA-1, means from then on; returns that id and the bytes.
     * Throws IOException where the body breaks off, DIGEST_MISMATCH, and what a store of an object throws.
     */
    NameRecord put(Optional<String> id, HttpServletRequest request) throws IOException {
        Map<String, String> metadata = Metadata.of(request);
        Label label = Metadata.label(metadata);
        Condition condition = isStrict ? id.filter(Blobs::isSha1).map(Condition::ofSha1).orElse(Condition.NONE) : Condition.NONE;
        writer.requireAllowed(request.getContentLengthLong(), condition);
        admission.foresee(request, ObjectWriter.chunks(Math.max(0, request.getContentLengthLong())));
        Wish wish = chunks.wish(null, null);
        return writer.write(request.getInputStream(), condition, label, wish, () -> admission.admit(request), (object, holder) ->
                Named.of(names.putStored(new NameKey(NAMESPACE, id.orElse(object.digests().sha1())), object, metadata, Mode.VERSIONED, wish,
                        holder, Optional.empty()).record()));
    }

    /** The answer to a GET or HEAD of what an id means; empty where it means nothing. Throws as {@link Handout#of} does. */
    Optional<Answer> get(String id, HttpServletRequest request) {
        return find(id).map(found -> handout.of(found, Metadata.fields(found.metadata()), request));
    }

    /**
     * Takes what clients stored under an id from these doors, on all nodes; false where they stored nothing. As long as the deletion is
     * remembered, and nobody stores it again, it is not found by its SHA-1 either, whoever else keeps it. Throws NAME_AWAY.
     */
    public boolean delete(String id) {
        return isId(id) && removal.remove(new NameKey(NAMESPACE, id), chunks.wish(null, null)).isPresent();
    }

    /** All ids that clients gave, in order, to be written. Throws why they cannot be listed. */
    Listing list() {
        return new Listing(after -> names.texts(NAMESPACE, "", after, Listing.PAGE), chunks.wish(null, null).copies(), places.take());
    }

    private Optional<NameRecord> find(String id) {
        Optional<NameRecord> known = names.findRecord(new NameKey(NAMESPACE, id));
        Optional<NameRecord> given = known.filter(record -> !record.isDeleted());
        if (!isSha1(id) || known.isPresent() && given.isEmpty()) {
            return given;
        }
        return given.filter(found -> !isStrict || found.digests().sha1().equals(id)).or(() -> HashNames.parse(id).flatMap(names::find));
    }

    private static boolean isSha1(String id) {
        return SHA1.matcher(id).matches();
    }
}
