package apidrive.object;

import static apidrive.problem.Problem.DIGEST_MISMATCH;
import static apidrive.problem.Problem.PRECONDITION_FAILED;
import static apidrive.problem.Problem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeShape;
import apidrive.name.NameRecord;
import apidrive.name.Names;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.wire.Digest;

/** Stores objects of any size from streams. Threads share it. */
public final class ObjectWriter {
    private final NetworkChunks chunks;
    private final UnnamedLeases leases;
    private final Names names;
    private final KnownObjects known;
    private final Places places;
    private final long most;

    /** {@code places} bound uploads at once; an object has at most {@code most} bytes. */
    public ObjectWriter(NetworkChunks chunks, UnnamedLeases leases, Names names, KnownObjects known, Places places, long most) {
        this.chunks = chunks;
        this.leases = leases;
        this.names = names;
        this.known = known;
        this.places = places;
        this.most = most;
    }

    /**
     * Stores all that comes, kept by the name that its SHA-256 is, and returns when it is durable. After a failure nothing is kept of what
     * nobody else holds; where it was the naming that failed, after an hour or so, and unless some server has the name. Throws TOO_LARGE,
     * DIGEST_MISMATCH, PRECONDITION_FAILED, NAME_AWAY, what a store of a chunk throws, and what {@code admission} does.
     *
     * @param lifetime  how long it is kept, from when it is whole; empty for until it is deleted
     * @param admission runs before each chunk
     */
    public Kept write(InputStream in, Condition condition, Label label, Wish wish, Optional<Duration> lifetime, Runnable admission)
            throws IOException {
        return write(in, condition, label, wish, admission, (object, holder) -> {
            NameRecord record = names.putHashes(object, wish, holder, lifetime);
            return new Named<>(new Kept(object, record.until()), record.holder());
        });
    }

    /**
     * As the other, but it is kept by the name that {@code naming} gives it beside those that are its hashes, and goes when that does;
     * returns what that returns.
     */
    public <T> T write(InputStream in, Condition condition, Label label, Wish wish, Runnable admission, Naming<T> naming)
            throws IOException {
        try (Places.Place place = places.take(); UnnamedLeases.Unnamed unnamed = leases.begin()) {
            ChunkPipe pipe = new ChunkPipe(chunks, wish, () -> {
                admission.run();
                unnamed.goOn();
            }, Optional.of(unnamed.holder()));
            return named(in, condition, label, pipe, unnamed, naming);
        }
    }

    /** An object that was stored, and when it ends by itself: never, where that is empty. */
    public record Kept(StoredObject object, Optional<Instant> until) {
    }

    /**
     * Gives an object a name, which claims it by {@code holder} alone. A refusal ({@link apidrive.problem.Problem#isRefusal}) says that no
     * server keeps a name for that holder; whatever else it throws leaves that open.
     */
    @FunctionalInterface
    public interface Naming<T> {
        Named<T> name(StoredObject object, UUID holder);
    }

    private <T> T named(InputStream in, Condition condition, Label label, ChunkPipe pipe, UnnamedLeases.Unnamed unnamed,
            Naming<T> naming) throws IOException {
        try {
            Intake intake = new Intake(pipe, new ObjectHash(), Intake.State.EMPTY);
            intake.take(in, most);
            if (intake.bytes() == most && in.read() >= 0) {
                throw tooLarge();
            }
            Intake.Whole whole = intake.finish(digests -> require(digests, condition));
            StoredObject object = new StoredObject(whole.root(), whole.size(), whole.digests(), label, pipe.expiresAt());
            return unnamed.name(holder -> naming.name(object, holder), Optional.of(object));
        } catch (IOException | RuntimeException | Error e) {
            pipe.abandon();  // else its holder would end before what it claims is there to be freed
            throw e;
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
