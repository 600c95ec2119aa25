package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Entries of the list in few bytes: keys and signatures as they are, since nothing shrinks them, and all else deflated
 * (RFC 1951), the sequences byte by byte across all entries, since they are mostly small.
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
            plain.put8(packed[0]).put8(entry.observed().ordinal()).putCount(age(entry)).putCount(packed.length);
        }
        for (int at = Announcement.BODY_FROM; at < Announcement.PROFILE_FROM; at++) {
            for (Entry entry : entries) {
                plain.put8(entry.announcement().packed()[at]);
            }
        }
        for (Entry entry : entries) {
            byte[] packed = entry.announcement().packed();
            plain.putRaw(packed, Announcement.PROFILE_FROM, packed.length - Announcement.PROFILE_FROM);
        }
        out.putCount(plain.length()).putBytes(deflated(plain.toBytes()));
    }

    /** Throws MALFORMED. */
    static List<Entry> unpack(Unpacker in) {
        byte[][] packed = new byte[in.getCount(MAX_ENTRIES)][];
        Unpacker proofs = new Unpacker(in.getRaw(packed.length * Announcement.PROOF_BYTES));
        int plainBytes = in.getCount(MAX_PLAIN_BYTES);
        Unpacker plain = new Unpacker(inflated(in.getBytes(Exchange.MAX_BYTES), plainBytes));
        Observed[] observed = new Observed[packed.length];
        Duration[] since = new Duration[packed.length];
        for (int i = 0; i < packed.length; i++) {
            int format = plain.get8();
            observed[i] = plain.getOneOf(Observed.values());
            since[i] = Duration.ofSeconds(plain.getCount(Integer.MAX_VALUE));
            packed[i] = new byte[Math.max(Announcement.PROFILE_FROM, plain.getCount(Announcement.MAX_BYTES))];
            packed[i][0] = (byte) format;
            proofs.getRaw(packed[i], 1, Announcement.PROOF_BYTES);
        }
        for (int at = Announcement.BODY_FROM; at < Announcement.PROFILE_FROM; at++) {
            for (byte[] announcement : packed) {
                announcement[at] = (byte) plain.get8();
            }
        }
        List<Entry> entries = new ArrayList<>(packed.length);
        for (int i = 0; i < packed.length; i++) {
            plain.getRaw(packed[i], Announcement.PROFILE_FROM, packed[i].length - Announcement.PROFILE_FROM);
            entries.add(new Entry(Announcement.of(packed[i]), observed[i], since[i]));
        }
        return entries;
    }

    /** Seconds for which the dead have been dead; how long the living have lived is no use to others. */
    private static long age(Entry entry) {
        return entry.observed() == Observed.DEAD ? entry.since().toSeconds() : 0;
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
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
