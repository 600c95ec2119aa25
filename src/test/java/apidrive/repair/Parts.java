package apidrive.repair;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Bodies in parts. */
final class Parts {
    private Parts() {
    }

    static byte[] joined(List<ByteBuffer> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer part : parts) {
            bytes.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        }
        return bytes.toByteArray();
    }
}
