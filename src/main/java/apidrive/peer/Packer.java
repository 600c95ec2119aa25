package apidrive.peer;

import apidrive.wire.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the binary forms of this package: big-endian numbers, counts and lengths as base-128 varints. */
final class Packer {
    private static final int FIRST_SIZE = 64;
    private byte[] bytes;
    private int length;

    Packer() {
        this(FIRST_SIZE);
    }

    Packer(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    Packer put8(int value) {
        room(1)[length++] = (byte) value;
        return this;
    }

    Packer put32(int value) {
        return put8(value >>> 24).put8(value >>> 16).put8(value >>> 8).put8(value);
    }

    Packer put64(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** A number from 0; one byte below 128. */
    Packer putCount(long value) {
        long rest = value;
        while (rest > 0x7F) {
            put8((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        return put8((int) rest);
    }

    /** Bytes that {@link #putCount} takes. */
    static int countBytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    }

    Packer putId(NodeId id) {
        return put64(id.high()).put64(id.low());
    }

    /** The bytes alone; the reader has to know how many. */
    Packer putRaw(byte[] data) {
        return putRaw(data, 0, data.length);
    }

    Packer putRaw(byte[] data, int from, int count) {
        System.arraycopy(data, from, room(count), length, count);
        length += count;
        return this;
    }

    /** The bytes behind their number. */
    Packer putBytes(byte[] data) {
        return putCount(data.length).putRaw(data);
    }

    Packer putText(String text) {
        return putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
        return bytes;
    }
}
