package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Entries of the list in few bytes: keys and signatures as they are, since nothing shrinks them, and all else, field by
 * field alike from node to node, deflated (RFC 1951).
 */
final class Pages {
    /** Most entries of a page. */
    static final int MAX_ENTRIES = 4_096;
    /** Where a page is full, before compression: half of what a body may have. */
    static final int FULL_BYTES = Exchange.MAX_BYTES / 2;
    private static final int MAX_PLAIN_BYTES = 2 * FULL_BYTES;

    private Pages() {
    }

    /** As many of the entries, from the first, as fit. */
    static List<Entry> fitting(List<Entry> entries) {
        int bytes = 0;
        int count = 0;
        while (count < Math.min(MAX_ENTRIES, entries.size()) && bytes < FULL_BYTES) {
            bytes += entries.get(count++).announcement().packed().length;
        }
        return entries.subList(0, count);
    }

    static void pack(List<Entry> entries, Packer out) {
        out.putCount(entries.size());
        Packer plain = new Packer(FULL_BYTES);
        for (Entry entry : entries) {
            byte[] packed = entry.announcement().packed();
            out.putRaw(packed, 1, Announcement.PROOF_BYTES);
            plain.put8(packed[0]).put8(entry.observed().ordinal()).putCount(entry.since().toSeconds())
                    .putCount(packed.length - Announcement.BODY_FROM)
                    .putRaw(packed, Announcement.BODY_FROM, packed.length - Announcement.BODY_FROM);
        }
        out.putCount(plain.length()).putBytes(deflated(plain.toBytes()));
    }

    /** Throws MALFORMED. */
    static List<Entry> unpack(Unpacker in) {
        int count = in.getCount(MAX_ENTRIES);
        List<byte[]> proofs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            proofs.add(in.getRaw(Announcement.PROOF_BYTES));
        }
        int plainBytes = in.getCount(MAX_PLAIN_BYTES);
        Unpacker plain = new Unpacker(inflated(in.getBytes(Exchange.MAX_BYTES), plainBytes));
        List<Entry> entries = new ArrayList<>(count);
        for (byte[] proof : proofs) {
            int format = plain.get8();
            Observed observed = plain.getOneOf(Observed.values());
            Duration since = Duration.ofSeconds(plain.getCount(Integer.MAX_VALUE));
            byte[] body = plain.getBytes(Announcement.MAX_BYTES);
            entries.add(new Entry(Announcement.of(new Packer(Announcement.BODY_FROM + body.length).put8(format)
                    .putRaw(proof).putRaw(body).toBytes()), observed, since));
        }
        return entries;
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            Packer out = new Packer(plain.length / 4 + 64);
            byte[] buffer = new byte[8_192];
            while (!deflater.finished()) {
                out.putRaw(buffer, 0, deflater.deflate(buffer));
            }
            return out.toBytes();
        } finally {
            deflater.end();
        }
    }

    /** Exactly {@code plainBytes}, however much more the other would have to say. */
    private static byte[] inflated(byte[] deflated, int plainBytes) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            byte[] plain = new byte[plainBytes];
            int length = 0;
            while (length < plainBytes) {
                int more = inflater.inflate(plain, length, plainBytes - length);
                if (more == 0) {
                    throw MALFORMED.because("a page that ends too early");
                }
                length += more;
            }
            return plain;
        } catch (DataFormatException e) {
            throw MALFORMED.because("a page that is not deflated", e);
        } finally {
            inflater.end();
        }
    }
}
