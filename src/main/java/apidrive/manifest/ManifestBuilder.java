package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;

/** Collects the chunks of one file in any sequence and checks that they make a whole. */
public final class ManifestBuilder {
    /** The most chunks of a file: one TiB, so that a hostile manifest does not fill the memory. */
    public static final int MOST_CHUNKS = 1 << 24;
    private static final int FIRST_CAPACITY = 64;

    private final String name;
    private final Map<URI, Integer> placeNumbers = new HashMap<>();
    private final List<URI> places = new ArrayList<>();
    private final BitSet digested = new BitSet();
    private int count;
    private int urlCount;
    private int[] orders = new int[FIRST_CAPACITY];
    private long[] ids = new long[2 * FIRST_CAPACITY];
    private int[] sizes = new int[FIRST_CAPACITY];
    private byte[] digests = new byte[0];
    private int[] firstUrl = new int[FIRST_CAPACITY + 1];
    private int[] urls = new int[FIRST_CAPACITY];

    public ManifestBuilder(String name) {
        this.name = name;
    }

    /**
     * Adds one chunk. Throws MALFORMED for an order below 0, a size outside 0 to 65,536, no url, too many chunks, and
     * for a derived id that contradicts the digest.
     */
    public ManifestBuilder add(long order, ChunkId id, List<URI> at, OptionalInt size, Optional<Digest> digest) {
        if (order < 0 || order >= MOST_CHUNKS) {
            throw fault("order " + order + " is not one of 0 to " + (MOST_CHUNKS - 1));
        }
        if (size.isPresent() && (size.getAsInt() < 0 || size.getAsInt() > Chunk.MAX_BYTES)) {
            throw fault("the chunk of order " + order + " has size " + size.getAsInt() + ", not 0 to " + Chunk.MAX_BYTES);
        }
        if (at.isEmpty()) {
            throw fault("the chunk of order " + order + " has no URL");
        }
        if (digest.isPresent() && id.uuid().version() == 8 && !ChunkId.of(digest.get()).equals(id)) {
            throw fault("the chunk of order " + order + " has an Id that is derived from another Digest than its own");
        }
        if (count == MOST_CHUNKS) {
            throw fault("it has more than " + MOST_CHUNKS + " chunks");
        }
        grow();
        orders[count] = (int) order;
        ids[2 * count] = id.uuid().getMostSignificantBits();
        ids[2 * count + 1] = id.uuid().getLeastSignificantBits();
        sizes[count] = size.orElse(Manifest.UNKNOWN_SIZE);
        digest.ifPresent(this::keep);
        at.stream().distinct().forEach(this::keep);
        firstUrl[++count] = urlCount;
        return this;
    }

    /** The file; throws MALFORMED when an order is missing or stands twice. */
    public Manifest build() {
        int[] entryOf = entries();
        long[] sortedIds = new long[2 * count];
        int[] sortedSizes = new int[count];
        byte[] sortedDigests = new byte[digested.isEmpty() ? 0 : Digest.BYTES * count];
        BitSet sortedDigested = new BitSet(count);
        int[] sortedFirst = new int[count + 1];
        int[] sortedUrls = new int[urlCount];
        for (int order = 0; order < count; order++) {
            int entry = entryOf[order];
            System.arraycopy(ids, 2 * entry, sortedIds, 2 * order, 2);
            sortedSizes[order] = sizes[entry];
            if (digested.get(entry)) {
                sortedDigested.set(order);
                System.arraycopy(digests, Digest.BYTES * entry, sortedDigests, Digest.BYTES * order, Digest.BYTES);
            }
            int own = firstUrl[entry + 1] - firstUrl[entry];
            System.arraycopy(urls, firstUrl[entry], sortedUrls, sortedFirst[order], own);
            sortedFirst[order + 1] = sortedFirst[order] + own;
        }
        return new Manifest(name, sortedIds, sortedSizes, sortedDigests, sortedDigested, sortedFirst, sortedUrls, places);
    }

    /** Which entry has which order. */
    private int[] entries() {
        int[] entryOf = new int[count];
        Arrays.fill(entryOf, -1);
        for (int entry = 0; entry < count; entry++) {
            int order = orders[entry];
            if (order < count && entryOf[order] >= 0) {
                throw fault("order " + order + " stands twice");
            }
            if (order < count) {
                entryOf[order] = entry;
            }
        }
        for (int order = 0; order < count; order++) {
            if (entryOf[order] < 0) {
                throw fault("order " + order + " is missing or another stands twice: " + count
                        + " chunks have the orders 0 to " + (count - 1));
            }
        }
        return entryOf;
    }

    private void grow() {
        if (count == orders.length) {
            orders = Arrays.copyOf(orders, 2 * count);
            ids = Arrays.copyOf(ids, 4 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            firstUrl = Arrays.copyOf(firstUrl, 2 * count + 1);
        }
    }

    private void keep(Digest digest) {
        int from = Digest.BYTES * count;
        if (digests.length < from + Digest.BYTES) {
            digests = Arrays.copyOf(digests, Digest.BYTES * orders.length);
        }
        System.arraycopy(digest.bytes(), 0, digests, from, Digest.BYTES);
        digested.set(count);
    }

    private void keep(URI url) {
        if (urlCount == urls.length) {
            urls = Arrays.copyOf(urls, 2 * urlCount);
        }
        urls[urlCount++] = placeNumbers.computeIfAbsent(url, unknown -> {
            places.add(unknown);
            return places.size() - 1;
        });
    }

    private ProblemException fault(String what) {
        return MALFORMED.because("the manifest of '" + name + "' cannot be used: " + what);
    }
}
