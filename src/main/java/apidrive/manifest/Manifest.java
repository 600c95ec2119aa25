package apidrive.manifest;

import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** The chunks of one file, by order from 0 without a gap. Never changed; about 80 bytes a chunk. */
public final class Manifest {
    static final int UNKNOWN_SIZE = -1;
    private static final int ID_VERSION_OF_DERIVED = 8;

    private final String name;
    private final long[] ids;         // two a chunk
    private final int[] sizes;        // UNKNOWN_SIZE where not given
    private final byte[] digests;     // Digest.BYTES a chunk; zeros where not given
    private final BitSet digested;
    private final int[] firstUrl;     // where a chunk's urls begin in urls; one more at the end
    private final int[] urls;         // numbers of places
    private final List<URI> places;

    Manifest(String name, long[] ids, int[] sizes, byte[] digests, BitSet digested, int[] firstUrl, int[] urls,
            List<URI> places) {
        this.name = name;
        this.ids = ids;
        this.sizes = sizes;
        this.digests = digests;
        this.digested = digested;
        this.firstUrl = firstUrl;
        this.urls = urls;
        this.places = List.copyOf(places);
    }

    /** The file's name as it stands in the manifest: untrusted, see {@link FileName}. */
    public String name() {
        return name;
    }

    /** How many chunks the file has; 0 for an empty file. */
    public int count() {
        return sizes.length;
    }

    public ChunkId id(int order) {
        return new ChunkId(new UUID(ids[2 * order], ids[2 * order + 1]));
    }

    /** Bytes of the chunk, 0 to 65,536; empty when the manifest does not say. */
    public OptionalInt size(int order) {
        return sizes[order] == UNKNOWN_SIZE ? OptionalInt.empty() : OptionalInt.of(sizes[order]);
    }

    /** The chunk's SHA-256; empty when the manifest does not say. */
    public Optional<Digest> digest(int order) {
        return digested.get(order) ? Optional.of(Digest.ofBytes(
                Arrays.copyOfRange(digests, Digest.BYTES * order, Digest.BYTES * (order + 1)))) : Optional.empty();
    }

    /** Every retrieve endpoint that any chunk names, each once. */
    public List<URI> places() {
        return places;
    }

    /** Where the chunk is kept: indices into {@link #places}, none twice, in the manifest's sequence. */
    public int[] placesOf(int order) {
        return Arrays.copyOfRange(urls, firstUrl[order], firstUrl[order + 1]);
    }

    /** As {@link #placesOf}, as addresses. */
    public List<URI> urls(int order) {
        List<URI> found = new ArrayList<>();
        for (int place : placesOf(order)) {
            found.add(places.get(place));
        }
        return found;
    }

    /** Whether all sizes are known, so that every chunk's place in the file is. */
    public boolean isSized() {
        return Arrays.stream(sizes).noneMatch(size -> size == UNKNOWN_SIZE);
    }

    /** Bytes of the file, where {@link #isSized()}; else what the known sizes sum up to. */
    public long length() {
        return Arrays.stream(sizes).filter(size -> size != UNKNOWN_SIZE).asLongStream().sum();
    }

    /** Whether {@link #accepts} can tell right bytes from wrong ones: by a digest, or by an id derived from one. */
    public boolean isVerifiable(int order) {
        return digested.get(order) || isDerived(order);
    }

    /** Whether these bytes are the chunk, as far as the manifest can tell: size, digest and a derived id. */
    public boolean accepts(int order, byte[] data) {
        if (sizes[order] != UNKNOWN_SIZE && sizes[order] != data.length) {
            return false;
        }
        if (!isVerifiable(order)) {
            return true;
        }
        Digest digest = Digest.of(data);
        return (!isDerived(order) || ChunkId.of(digest).equals(id(order)))
                && digest(order).map(digest::equals).orElse(true);
    }

    /** Equal for manifests that describe the same bytes, wherever these are kept. */
    Digest fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            ByteBuffer entry = ByteBuffer.allocate(ChunkId.BYTES + Integer.BYTES);
            for (int order = 0; order < sizes.length; order++) {
                entry.clear().putLong(ids[2 * order]).putLong(ids[2 * order + 1]).putInt(sizes[order]);
                sha256.update(entry.array());
            }
            return Digest.ofBytes(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private boolean isDerived(int order) {
        return (ids[2 * order] >>> 12 & 0xF) == ID_VERSION_OF_DERIVED;
    }
}
