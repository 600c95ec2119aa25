package apidrive.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The BSON of a store contract, laid out so that a file's bytes are read straight into it: what
 * {@code Format.BSON.write(new Document().with("Data", bytes))} makes, without copying 64 KiB three times.
 */
final class StoreContract {
    /** Where the data begins. */
    static final int OFFSET = 15;
    private static final byte BINARY = 5;
    private static final byte GENERIC = 0;

    private StoreContract() {
    }

    /** A contract for {@code size} bytes, still zero, at {@link #OFFSET}. */
    static byte[] of(int size) {
        ByteBuffer contract = ByteBuffer.allocate(OFFSET + size + 1).order(ByteOrder.LITTLE_ENDIAN);
        contract.putInt(contract.capacity()).put(BINARY).put("Data\0".getBytes(StandardCharsets.US_ASCII)).putInt(size)
                .put(GENERIC);
        return contract.array();
    }
}
