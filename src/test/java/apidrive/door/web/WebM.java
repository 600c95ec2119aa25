package apidrive.door.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A film in WebM (RFC 9559), a frame a second, each one to begin at, with an index of them in front. Each is padded, so that the film is
 * longer in bytes than a player reads ahead.
 */
final class WebM {
    private static final int SECOND = 1_000;  // ms, the unit of all times in it

    private WebM() {
    }

    /** Of frames in VP8, so wide and so high; each takes {@code padding} bytes more. */
    static byte[] film(List<byte[]> frames, int width, int height, int padding) {
        byte[] header = element(0x1A45DFA3, element(0x4286, number(1)), element(0x42F7, number(1)), element(0x42F2, number(4)),
                element(0x42F3, number(8)), element(0x4282, text("webm")), element(0x4287, number(4)), element(0x4285, number(2)));
        byte[] info = element(0x1549A966, element(0x2AD7B1, number(1_000_000)), element(0x4489, real(frames.size() * SECOND)),
                element(0x4D80, text("test")), element(0x5741, text("test")));
        byte[] tracks = element(0x1654AE6B, element(0xAE, element(0xD7, number(1)), element(0x73C5, number(1)), element(0x83, number(1)),
                element(0x86, text("V_VP8")), element(0xE0, element(0xB0, number(width)), element(0xBA, number(height)))));
        byte[][] clusters = new byte[frames.size()][];
        for (int i = 0; i < clusters.length; i++) {
            byte[] block = join(new byte[] {(byte) 0x81, 0, 0, (byte) 0x80}, frames.get(i));  // track 1, at the cluster's time, a key frame
            clusters[i] = element(0x1F43B675, element(0xE7, number((long) i * SECOND)), element(0xA3, block),
                    element(0xEC, new byte[padding]));
        }
        int first = info.length + tracks.length + cues(clusters, 0).length;  // an index is as long wherever it points
        return join(header, element(0x18538067, info, tracks, cues(clusters, first), join(clusters)));
    }

    private static byte[] cues(byte[][] clusters, long first) {
        byte[][] points = new byte[clusters.length][];
        long place = first;
        for (int i = 0; i < points.length; i++) {
            points[i] = element(0xBB, element(0xB3, number((long) i * SECOND)),
                    element(0xB7, element(0xF7, number(1)), element(0xF1, number(place))));
            place += clusters[i].length;
        }
        return element(0x1C53BB6B, points);
    }

    private static byte[] element(int id, byte[]... contents) {
        byte[] content = join(contents);
        byte[] length = ByteBuffer.allocate(Long.BYTES).putLong(1L << 56 | content.length).array();
        int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(id) + 7) / 8;
        byte[] name = new byte[bytes];
        System.arraycopy(ByteBuffer.allocate(Integer.BYTES).putInt(id).array(), Integer.BYTES - bytes, name, 0, bytes);
        return join(name, length, content);
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] real(double value) {
        return ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
