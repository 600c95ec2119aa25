package apidrive.object;

import static apidrive.problem.Problem.DIGEST_MISMATCH;
import static apidrive.problem.Problem.PRECONDITION_FAILED;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeShape;
import apidrive.name.Names;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.Digest;

/** Stores objects of any size from streams. Threads share it. */
public final class ObjectWriter {
    private final NetworkChunks chunks;
    private final ObjectTable table;
    private final Names names;
    private final KnownObjects known;
    private final InstantSource clock;
    private final Places places;
    private final long most;

    /** {@code places} bound uploads at once; an object has at most {@code most} bytes. */
    public ObjectWriter(NetworkChunks chunks, ObjectTable table, Names names, KnownObjects known, InstantSource clock, Places places, long most) {
        this.chunks = chunks;
        this.table = table;
        this.names = names;
        this.known = known;
        this.clock = clock;
        this.places = places;
        this.most = most;
    }

    /**
     * Stores all that comes and returns when it is durable. What of it was stored before a failure nobody can name, and goes when
     * its leases end. Throws TOO_LARGE, DIGEST_MISMATCH, PRECONDITION_FAILED, NAME_AWAY, what a store of a chunk throws, and what
     * {@code admission} does.
     *
     * @param admission runs before each chunk
     */
    public StoredObject write(InputStream in, Condition condition, Label label, Wish wish, Runnable admission) throws IOException {
        Places.Place place = places.take();
        try (place) {
            ChunkPipe pipe = new ChunkPipe(chunks, wish, admission);
            Intake intake = new Intake(pipe, new ObjectHash(), Intake.State.EMPTY);
            intake.take(in, most);
            if (intake.bytes() == most && in.read() >= 0) {
                throw tooLarge();
            }
            Intake.Whole whole = intake.finish(digests -> require(digests, condition));
            StoredObject object = new StoredObject(whole.root(), whole.size(), whole.digests(), label, pipe.expiresAt());
            names.putHashes(object, wish);
            table.save(object, clock.instant());
            return object;
        }
    }

    /**
     * Throws TOO_LARGE or PRECONDITION_FAILED where that is certain before anything has come.
     *
     * @param declared bytes that are to come, -1 where that is not known
     */
    public void requireAllowed(long declared, Condition condition) {
        if (declared > most) {
            throw tooLarge();
        }
        condition.not().forEach(this::requireNew);
        if (condition.onlyNew()) {
            condition.expected().ifPresent(this::requireNew);
        }
    }

    /** Chunks that an object of so many bytes takes. */
    public static long chunks(long bytes) {
        return TreeShape.STANDARD.chunks(bytes);
    }

    private void require(ObjectDigests digests, Condition condition) {
        Digest sha256 = Digest.parse(digests.sha256()).orElseThrow();
        if (condition.expected().isPresent() && !condition.expected().get().equals(sha256)) {
            throw DIGEST_MISMATCH.because("these bytes have the SHA-256 " + sha256 + ", not " + condition.expected().get());
        }
        condition.sha1().filter(expected -> !expected.equals(digests.sha1())).ifPresent(expected -> {
            throw DIGEST_MISMATCH.because("these bytes have the SHA-1 " + digests.sha1() + ", not " + expected);
        });
        condition.sha512().filter(expected -> !expected.equals(digests.sha512())).ifPresent(expected -> {
            throw DIGEST_MISMATCH.because("these bytes have the SHA-512 " + digests.sha512() + ", not " + expected);
        });
        if (condition.onlyNew() || condition.not().contains(sha256)) {
            requireNew(sha256);
        }
    }

    private void requireNew(Digest sha256) {
        known.find(sha256).filter(object -> chunks.info(object).isPresent()).ifPresent(kept -> {
            throw PRECONDITION_FAILED.because("these bytes are kept already, as object " + kept)
                    .with("ETag", '"' + sha256.toString() + '"');
        });
    }

    private RuntimeException tooLarge() {
        return TOO_LARGE.because("an object has at most " + most + " bytes here");
    }
}
