package apidrive.object;

import static apidrive.problem.Problem.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.BinaryOperator;

import com.github.benmanes.caffeine.cache.Cache;

import apidrive.manifest.StoredObject;
import apidrive.manifest.TreeBuilder;
import apidrive.manifest.TreeNode;
import apidrive.manifest.TreeShape;
import apidrive.manifest.TreeWalk;
import apidrive.repair.NetworkChunks;
import apidrive.wire.Chunk;
import apidrive.wire.Digest;

/** One request that adds to an upload. */
public final class Appending {
    /** So long a request holds an upload that it says nothing of: more than a container waits for a silent client. */
    static final Duration HOLD = Duration.ofMinutes(1);
    private static final long SAVED_EACH_BYTES = 16 << 20;  // what is lost at most when the node dies
    private static final Duration SAVED_EACH = Duration.ofSeconds(10);

    /** How stored leaves are read again; {@code readAhead} of them at once. */
    public record Reading(NetworkChunks chunks, int readAhead, Executor executor) {
    }

    private final UploadTable table;
    private final UploadTable.Claim claim;
    private final OptionalLong length;
    private final long most;
    private final ChunkPipe pipe;
    private final UploadNaming naming;
    private final Cache<Digest, ObjectHash> hashes;
    private final Reading reading;
    private final InstantSource clock;
    private final BinaryOperator<Instant> expiry;
    private Instant savedAt;
    private long savedBytes;

    /** {@code expiry} tells when an upload is given up that was created then and goes on now. */
    Appending(UploadTable table, UploadTable.Claim claim, OptionalLong length, long most, ChunkPipe pipe, UploadNaming naming,
            Cache<Digest, ObjectHash> hashes, Reading reading, InstantSource clock, BinaryOperator<Instant> expiry) {
        this.table = table;
        this.claim = claim;
        this.length = length;
        this.most = most;
        this.pipe = pipe;
        this.naming = naming;
        this.hashes = hashes;
        this.reading = reading;
        this.clock = clock;
        this.expiry = expiry;
        this.savedAt = clock.instant();
        this.savedBytes = claim.row().upload().received();
    }

    Upload run(InputStream in, Optional<Checksum> checksum) throws IOException {
        ObjectHash hash = hashed();
        hashes.put(claim.id(), hash.copy());
        Intake intake = new Intake(pipe, hash, claim.row().state());
        if (checksum.isPresent()) {
            MessageDigest digest = checksum.get().digest();
            take(intake, hash, new DigestInputStream(in, digest), false);
            checksum.get().require(digest);
        } else {
            try {
                take(intake, hash, in, true);
            } catch (IOException broken) {
                save(intake, hash);
                throw broken;
            }
        }
        return length.isPresent() && intake.bytes() == length.getAsLong() ? finished(intake) : save(intake, hash);
    }

    /** All that comes, up to the object's end; what is past that throws TOO_LARGE. */
    private void take(Intake intake, ObjectHash hash, InputStream in, boolean isSaved) throws IOException {
        long end = length.orElse(most);
        boolean isOver = false;
        while (!isOver && intake.bytes() < end) {
            long wanted = Math.min(Chunk.MAX_BYTES, end - intake.bytes());
            isOver = intake.take(in, wanted) < wanted;
            if (isDue(intake.bytes())) {
                if (isSaved) {
                    save(intake, hash);
                } else {
                    hold(intake.bytes());
                }
            }
        }
        if (!isOver && in.read() >= 0) {
            throw TOO_LARGE.because("more came than the " + end + " bytes that the object is to have, or may have here");
        }
    }

    private boolean isDue(long bytes) {
        return bytes - savedBytes >= SAVED_EACH_BYTES || clock.instant().isAfter(savedAt.plus(SAVED_EACH));
    }

    private Upload save(Intake intake, ObjectHash hash) {
        Intake.State state = intake.state();
        Upload upload = upload(intake.bytes());
        table.save(claim, upload, state, clock.instant().plus(HOLD));
        hashes.put(claim.id(), hash.copy());
        savedAt = clock.instant();
        savedBytes = intake.bytes();
        return upload;
    }

    private void goOn(long bytes) {
        if (isDue(bytes)) {
            hold(bytes);
        }
    }

    private void hold(long bytes) {
        table.hold(claim, clock.instant().plus(HOLD));
        savedAt = clock.instant();
        savedBytes = bytes;
    }

    private Upload finished(Intake intake) {
        Intake.Whole whole = intake.finish(digests -> { });
        Instant now = clock.instant();
        Instant first = claim.row().createdAt().plus(reading.chunks().lifetime());
        StoredObject object = new StoredObject(whole.root(), whole.size(), whole.digests(), claim.row().label(),
                pipe.expiresAt().isBefore(first) ? pipe.expiresAt() : first);
        table.naming(claim, clock.instant().plus(HOLD));
        naming.name(object, claim.row(), () -> goOn(whole.size()));
        Upload before = upload(whole.size());
        Upload upload = new Upload(before.received(), before.length(), before.metadata(), before.expiresAt(), Optional.of(object.id()));
        table.finish(claim, upload, object, now);
        hashes.invalidate(claim.id());
        return upload;
    }

    private Upload upload(long received) {
        return new Upload(received, length, claim.row().upload().metadata(), expiry.apply(claim.row().createdAt(), clock.instant()),
                Optional.empty());
    }

    /** The digests of all whole leaves so far: as they were left by the request before, where that was here; else they are read again. */
    private ObjectHash hashed() throws IOException {
        Intake.State state = claim.row().state();
        long bytes = claim.row().upload().received() - state.tail().length;
        ObjectHash hash = Optional.ofNullable(hashes.getIfPresent(claim.id())).filter(kept -> kept.bytes() <= bytes)
                .map(ObjectHash::copy).orElseGet(ObjectHash::new);
        if (hash.bytes() == bytes) {
            return hash;
        }
        try (ReadAhead leaves = new ReadAhead(reading.chunks()::retrieve, stored(state, hash.bytes(), bytes), reading.readAhead(),
                reading.executor())) {
            for (ReadAhead.Fetched next = leaves.next(); next != null; next = leaves.next()) {
                hash.update(next.data());
                if (isDue(savedBytes)) {
                    hashes.put(claim.id(), hash.copy());
                    hold(savedBytes);
                }
            }
        }
        return hash;
    }

    /** The leaves from {@code from} on of a tree that is not whole yet: as if it were, its last nodes being at hand. */
    private Iterator<TreeWalk.Leaf> stored(Intake.State state, long from, long to) {
        Map<Digest, byte[]> last = new HashMap<>();
        TreeBuilder tree = new TreeBuilder(TreeShape.STANDARD, node -> last.put(Digest.of(node), node), state.tree());
        TreeNode root = TreeNode.decodeRoot(TreeShape.STANDARD, tree.root(new ObjectHash().digests()));
        return new TreeWalk(TreeShape.STANDARD, root, from, to, digest -> last.containsKey(digest) ? last.get(digest)
                : ObjectReader.node(reading.chunks()::retrieve, digest));
    }
}
