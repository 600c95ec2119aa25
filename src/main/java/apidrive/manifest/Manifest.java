package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import apidrive.wire.Chunk;

/** A file as the ordered chunks that make it: {@code entries.get(i).order() == i}. */
public record Manifest(String name, List<Entry> entries) {
    /** Sorts the entries; throws MALFORMED when an order is missing or stands twice. */
    public Manifest {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingInt(Entry::order));
        for (int i = 0; i < sorted.size(); i++) {
            if (sorted.get(i).order() != i) {
                throw MALFORMED.because("of the file '" + name + "' the entry with order "
                        + (sorted.get(i).order() < i ? sorted.get(i).order() + " stands twice" : i + " is missing"));
            }
        }
        entries = List.copyOf(sorted);
    }

    /** Whether every entry says its size, so that every offset is known beforehand. */
    public boolean isSized() {
        return entries.stream().noneMatch(entry -> entry.size() == Entry.UNKNOWN);
    }

    /** Where each chunk begins; without sizes, where it would if all before it were full. */
    public long[] offsets() {
        long[] offsets = new long[entries.size()];
        boolean sized = isSized();
        long offset = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset;
            offset += sized ? entries.get(i).size() : Chunk.MAX_BYTES;
        }
        return offsets;
    }

    /** Bytes of the file; without sizes, the most it can have. */
    public long size() {
        return isSized() ? entries.stream().mapToLong(Entry::size).sum() : (long) entries.size() * Chunk.MAX_BYTES;
    }

    /** The name's last segment, fit to be a file's name in the present folder; throws MALFORMED where there is none. */
    public String fileName() {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        if (last.isBlank() || last.equals(".") || last.equals("..") || last.indexOf('\0') >= 0) {
            throw MALFORMED.because("'" + name + "' is no name for a file; give one with --out");
        }
        return last;
    }
}
