package apidrive.object;

import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.OBJECT_NOT_FOUND;
import static apidrive.problem.Problem.TOO_LARGE;
import static apidrive.problem.Problem.UPLOAD_NOT_FOUND;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.manifest.Label;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.repair.HolderId;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.Digest;

/**
 * Objects that come in several requests, each of which goes on where the last one ended, however that was. What has come is
 * chunks and a row, so that any WAR on the database takes the next request. Threads share it.
 */
public final class Uploads {
    private static final int ID_BYTES = 16;  // 128 random bits: nobody guesses one
    private static final int MOST_METADATA = 4_096;  // characters
    private static final int MOST_HASHES = 10_000;  // about half a KiB each
    private static final Duration HASHES_KEPT = Duration.ofHours(6);
    /** Problems that say that what an upload had stored is kept no more, or not for it. */
    private static final Set<Problem> GONE = Set.of(CHUNK_DELETED, CHUNK_NOT_FOUND, OBJECT_NOT_FOUND);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final UploadTable table;
    private final NetworkChunks chunks;
    private final UploadNaming naming;
    private final Appending.Reading reading;
    private final InstantSource clock;
    private final Places places;
    private final long most;
    private final Duration lifetime;
    private final Cache<Digest, ObjectHash> hashes = Caffeine.newBuilder().maximumSize(MOST_HASHES).expireAfterAccess(HASHES_KEPT)
            .executor(Runnable::run).build();

    /**
     * {@code places} bound requests at once; an object has at most {@code most} bytes. An upload that does not go on for
     * {@code lifetime} is given up.
     */
    public Uploads(Database database, NetworkChunks chunks, UploadNaming naming, Appending.Reading reading, InstantSource clock,
            Places places, long most, Duration lifetime) {
        this.table = new UploadTable(database);
        this.chunks = chunks;
        this.naming = naming;
        this.reading = reading;
        this.clock = clock;
        this.places = places;
        this.most = most;
        this.lifetime = lifetime;
    }

    /**
     * Begins an upload and returns the secret by which it is asked for, which is kept nowhere: lower-case hexadecimal digits. Throws
     * TOO_LARGE, MALFORMED.
     *
     * @param length bytes that are to come; empty where that is said later
     */
    public String create(OptionalLong length, Label label, String metadata, Wish wish) {
        requireSize(length.orElse(0));
        if (metadata.length() > MOST_METADATA) {
            throw MALFORMED.because("the metadata has more than " + MOST_METADATA + " characters");
        }
        UploadMetadata.lifetime(metadata);  // refused now and not when all has come
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Instant now = clock.instant();
        Upload upload = new Upload(0, length, metadata, expiry(now, now), Optional.empty());
        table.create(key(secret), new UploadTable.Row(upload, label, wish, Intake.State.EMPTY, now, Optional.of(HolderId.drawn(now)), false));
        return secret;
    }

    /** Throws UPLOAD_NOT_FOUND. */
    public Upload find(String secret) {
        return table.find(key(secret), clock.instant());
    }

    /**
     * Adds what comes, and returns how it stands then: whole, where that was the last of it. When the sender breaks off, what came
     * before is kept; with a checksum nothing of it. Throws UPLOAD_NOT_FOUND, also where what had come is kept by nobody any more,
     * UPLOAD_LOCKED, OFFSET_MISMATCH, CHECKSUM_MISMATCH, TOO_LARGE, NAME_AWAY, CHUNK_AWAY, and what a store throws.
     *
     * @param offset   where the upload is to stand before
     * @param length   bytes of the object, where they have not been told before
     * @param declared bytes that are to come now, -1 where that is not known
     */
    public Upload append(String secret, long offset, OptionalLong length, InputStream in, long declared, Optional<Checksum> checksum,
            Runnable admission) throws IOException {
        requireSize(length.orElse(0));
        Digest id = key(secret);
        Places.Place place = places.take();
        try (place) {
            Instant now = clock.instant();
            UploadTable.Claim claim = table.claim(id, offset, now, now.plus(Appending.HOLD));
            try {
                Upload before = claim.row().upload();
                OptionalLong whole = agreed(before.length(), length);
                requireRoom(offset, whole, declared);
                if (before.root().isPresent()) {
                    return before;
                }
                ChunkPipe pipe = new ChunkPipe(chunks, claim.row().wish(), admission, claim.row().holder());
                return new Appending(table, claim, whole, most, pipe, naming, hashes, reading, clock, this::expiry).run(in, checksum);
            } catch (ProblemException failure) {
                if (!GONE.contains(failure.problem())) {
                    throw failure;
                }
                table.delete(claim, clock.instant());
                hashes.invalidate(id);
                throw UPLOAD_NOT_FOUND.because("what the upload had stored was deleted meanwhile; it is to be begun anew", failure);
            } finally {
                table.release(claim);
            }
        }
    }

    /** Ends the upload; an object that it has become is not touched. Throws UPLOAD_NOT_FOUND. */
    public void terminate(String secret) {
        table.delete(key(secret), clock.instant());
        hashes.invalidate(key(secret));
    }

    /** The most bytes of an object. */
    public long most() {
        return most;
    }

    /** As {@link UploadTable#deleteExpired}. */
    int deleteExpired(Instant now, int limit) {
        return table.deleteExpired(now, limit);
    }

    /** Never so late that the first chunks' leases could end before the last chunk has come. */
    private Instant expiry(Instant createdAt, Instant now) {
        Instant usual = now.plus(lifetime);
        Instant latest = createdAt.plus(chunks.lifetime().dividedBy(2));
        return usual.isBefore(latest) ? usual : latest;
    }

    private void requireSize(long bytes) {
        if (bytes > most) {
            throw TOO_LARGE.because("an object has at most " + most + " bytes here");
        }
    }

    private static void requireRoom(long offset, OptionalLong length, long declared) {
        if (length.isPresent() && (offset > length.getAsLong() || declared > length.getAsLong() - offset)) {
            throw TOO_LARGE.because("the upload is to have " + length.getAsLong() + " bytes, of which " + offset + " have come");
        }
    }

    private static OptionalLong agreed(OptionalLong known, OptionalLong told) {
        if (known.isPresent() && told.isPresent() && known.getAsLong() != told.getAsLong()) {
            throw MALFORMED.because("the upload is to have " + known.getAsLong() + " bytes, as was said before");
        }
        return known.isPresent() ? known : told;
    }

    private static Digest key(String secret) {
        if (secret.length() != 2 * ID_BYTES) {
            throw UPLOAD_NOT_FOUND.because("there is no such upload, or it was given up");
        }
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
