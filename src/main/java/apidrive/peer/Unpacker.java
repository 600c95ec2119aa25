package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Reads what {@link Packer} wrote, from anybody: whatever is cut short or beyond its bound throws MALFORMED. */
final class Unpacker {
    private static final int VARINT_BITS = 63;
    private final byte[] bytes;
    private final int end;
    private int at;

    Unpacker(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    Unpacker(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Refuses more than {@code max} bytes before anything is read of them. */
    static Unpacker bounded(byte[] bytes, int max) {
        if (bytes.length > max) {
            throw MALFORMED.because("a message of " + bytes.length + " bytes; at most " + max + " are read");
        }
        return new Unpacker(bytes);
    }

    int remaining() {
        return end - at;
    }

    int get8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int get32() {
        return get8() << 24 | get8() << 16 | get8() << 8 | get8();
    }

    long get64() {
        need(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[at++] & 0xFF;
        }
        return value;
    }

    long getCount() {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS; shift += 7) {
            int group = get8();
            value |= (long) (group & 0x7F) << shift;
            if (group < 0x80) {
                return value;
            }
        }
        throw MALFORMED.because("a number without end");
    }

    /** A number from 0 to {@code max}. */
    int getCount(int max) {
        long value = getCount();
        if (value > max) {
            throw MALFORMED.because(value + " where at most " + max + " are allowed");
        }
        return (int) value;
    }

    NodeId getId() {
        return new NodeId(new UUID(get64(), get64()));
    }

    byte[] getRaw(int count) {
        need(count);
        byte[] data = new byte[count];
        getRaw(data, 0, count);
        return data;
    }

    void getRaw(byte[] into, int from, int count) {
        need(count);
        System.arraycopy(bytes, at, into, from, count);
        at += count;
    }

    byte[] getBytes(int max) {
        return getRaw(getCount(max));
    }

    /** UTF-8 of at most {@code maxBytes}. */
    String getText(int maxBytes) {
        byte[] data = getBytes(maxBytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
        } catch (CharacterCodingException e) {
            throw MALFORMED.because("a text that is not UTF-8", e);
        }
    }

    /** One of the values of an enum, written as its ordinal. */
    <E extends Enum<E>> E getOneOf(E[] values) {
        return values[getCount(values.length - 1)];
    }

    private void need(int count) {
        if (remaining() < count) {
            throw cut();
        }
    }

    private static ProblemException cut() {
        return MALFORMED.because("a message that ends too early");
    }
}
