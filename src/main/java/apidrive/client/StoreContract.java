package apidrive.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The BSON of a store contract, laid out so that a file's bytes are read straight into it: what
 * {@code Format.BSON.write(new Document().with("Data", bytes))} makes, and wishes after it, without copying 64 KiB three times.
 */
final class StoreContract {
    /** Where the data begins. */
    static final int OFFSET = 15;
    private static final byte BINARY = 5;
    private static final byte GENERIC = 0;
    private static final byte INT32 = 16;

    private StoreContract() {
    }

    /**
     * A contract for {@code size} bytes, still zero, at {@link #OFFSET}.
     *
     * @param copies how many the network is to make; null where it shall decide
     * @param ack    how many of them it is to make before it answers; null likewise
     */
    static byte[] of(int size, Integer copies, Integer ack) {
        byte[] wishes = concatenated(member("Copies", copies), member("Ack", ack));
        ByteBuffer contract = ByteBuffer.allocate(OFFSET + size + wishes.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        contract.putInt(contract.capacity()).put(BINARY).put("Data\0".getBytes(StandardCharsets.US_ASCII)).putInt(size)
                .put(GENERIC).position(OFFSET + size).put(wishes);
        return contract.array();
    }

    private static byte[] member(String name, Integer value) {
        byte[] key = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        return value == null ? new byte[0] : ByteBuffer.allocate(1 + key.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                .put(INT32).put(key).putInt(value).array();
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
    }
}
