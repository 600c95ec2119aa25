package apidrive.door.dtfc;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.wire.Document;

/** DT-4: what files tell of themselves, those among them that were made to harm whoever listens. */
@Timeout(120)
class MediaFactsTest {
    private static TestNode node;
    private static Web web;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        web = new Web(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_picture_tells_its_size() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(123, 45, BufferedImage.TYPE_INT_RGB), "png", png);
        HttpResponse<byte[]> answer = facts(put("/A%20Picture.png", png.toByteArray()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
        assertThat(text(answer)).startsWith("{\"sha512\":\"" + Sha512.of(png.toByteArray()) + "\",\"filename\":\"a-picture.png\",\"length\":"
                + png.size() + ",\"content_type\":\"image/png\",\"metadata\":{");
        assertThat(metadata(answer).text("tiff:ImageWidth")).contains("123");
        assertThat(metadata(answer).text("tiff:ImageLength")).contains("45");
        assertThat(metadata(answer).text("Content-Type")).contains("image/png");
    }

    @Test
    void a_jpeg_tells_what_its_camera_wrote() throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        HttpResponse<byte[]> answer = facts(put("/a.jpg", withExif(jpeg.toByteArray(), "Model T")));
        assertThat(metadata(answer).text("tiff:Model")).contains("Model T");
    }

    @Test
    void sound_tells_how_it_is_made() throws Exception {
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        AudioSystem.write(new AudioInputStream(new ByteArrayInputStream(new byte[44_100 * 4]), new AudioFormat(44_100, 16, 2, true, false),
                44_100), AudioFileFormat.Type.WAVE, wav);
        Document metadata = metadata(facts(put("/a.wav", wav.toByteArray())));
        assertThat(metadata.text("samplerate")).contains("44100.0");
        assertThat(metadata.text("channels")).contains("2");
    }

    @Test
    void a_song_tells_its_title() throws Exception {
        byte[] title = "A song in one take".getBytes(ISO_8859_1);
        ByteArrayOutputStream mp3 = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(mp3);
        out.writeBytes("ID3");
        out.write(new byte[] {3, 0, 0, 0, 0, 0, (byte) (10 + 1 + title.length)});
        out.writeBytes("TIT2");
        out.writeInt(1 + title.length);
        out.write(new byte[] {0, 0, 0});
        out.write(title);
        out.write(new byte[200]);
        assertThat(metadata(facts(put("/a.mp3", mp3.toByteArray()))).text("dc:title")).contains("A song in one take");
    }

    @Test
    void a_long_film_whose_index_stands_at_its_end_tells_its_length() throws Exception {
        byte[] head = box("ftyp", "isom\0\0\0\0isommp42".getBytes(ISO_8859_1));
        int data = 40 << 20;
        byte[] mdat = ByteBuffer.allocate(8).putInt(8 + data).put("mdat".getBytes(ISO_8859_1)).array();
        ByteBuffer movie = ByteBuffer.allocate(100).putInt(0).putInt(0).putInt(0).putInt(1_000).putInt(90_500).putInt(0x10000);
        byte[] index = box("moov", box("mvhd", movie.array()));
        InputStream film = new SequenceInputStream(Collections.enumeration(List.of(new ByteArrayInputStream(head), new ByteArrayInputStream(mdat),
                new ZeroStream(data), new ByteArrayInputStream(index))));
        HttpResponse<byte[]> answer = web.stream("PUT", "/film.mp4", film);
        assertThat(answer.statusCode()).isEqualTo(200);
        HttpResponse<byte[]> facts = facts(Web.document(answer).text("sha512").orElseThrow());
        assertThat(metadata(facts).text("xmpDM:duration")).contains("90.5");
    }

    @Test
    void what_is_no_media_tells_its_type() throws Exception {
        HttpResponse<byte[]> answer = facts(put("/a.txt", "a text".getBytes(UTF_8)));
        assertThat(metadata(answer).text("Content-Type").orElseThrow()).startsWith("text/plain");
    }

    @Test
    void a_picture_that_unfolds_to_gigabytes_harms_a_process_of_its_own_alone_and_nothing_is_left_of_it() throws Exception {
        String hash = put("/bomb.png", bomb());
        long before = left();
        HttpResponse<byte[]> answer = facts(hash);
        assertThat(answer.statusCode()).isIn(200, 422);
        assertThat(answer.body().length).isLessThan(100_000);
        assertThat(left()).isEqualTo(before);
        assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(200);
    }

    @Test
    void a_file_that_says_too_much_is_cut_short() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);
        byte[] bytes = png.toByteArray();
        ByteArrayOutputStream wordy = new ByteArrayOutputStream();
        wordy.write(bytes, 0, bytes.length - 12);
        for (int i = 0; i < 2_000; i++) {
            wordy.write(chunk("tEXt", ("Comment" + i + "\0" + "word ".repeat(1_000)).getBytes(ISO_8859_1)));
        }
        wordy.write(bytes, bytes.length - 12, 12);
        HttpResponse<byte[]> answer = facts(put("/wordy.png", wordy.toByteArray()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().length).isLessThan(100_000);
        assertThat(metadata(answer).members()).isNotEmpty();
    }

    /** Folders that processes were given. */
    private static long left() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(MediaFacts.folders())).count();
        }
    }

    private static String put(String path, byte[] data) {
        assertThat(web.call("PUT", path, data).statusCode()).isEqualTo(200);
        return Sha512.of(data);
    }

    private static HttpResponse<byte[]> facts(String hash) {
        return web.call("GET", "/" + hash + "/ffmetadata", null);
    }

    private static Document metadata(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return Web.document(answer).get("metadata", Document.class).orElseThrow();
    }

    /** A picture of one dot with a note that is a few MiB folded and 4 GiB unfolded. */
    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png);
        byte[] bytes = png.toByteArray();
        ByteArrayOutputStream note = new ByteArrayOutputStream();
        note.write("Comment\0\0".getBytes(ISO_8859_1));
        try (DeflaterOutputStream folded = new DeflaterOutputStream(note, new Deflater(1))) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1_024; i++) {
                folded.write(zeros);
            }
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(bytes, 0, 33);
        bomb.write(chunk("zTXt", note.toByteArray()));
        bomb.write(bytes, 33, bytes.length - 33);
        return bomb.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(chunk);
        out.writeInt(data.length);
        out.writeBytes(type);
        out.write(data);
        CRC32 sum = new CRC32();
        sum.update(type.getBytes(ISO_8859_1));
        sum.update(data);
        out.writeInt((int) sum.getValue());
        return chunk.toByteArray();
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length).putInt(8 + content.length).put(type.getBytes(ISO_8859_1)).put(content).array();
    }

    /** With a segment that names the camera, before all others. */
    private static byte[] withExif(byte[] jpeg, String model) {
        byte[] name = (model + "\0").getBytes(ISO_8859_1);
        ByteBuffer tiff = ByteBuffer.allocate(26 + name.length).put("MM".getBytes(ISO_8859_1)).putShort((short) 42).putInt(8)
                .putShort((short) 1).putShort((short) 0x110).putShort((short) 2).putInt(name.length).putInt(26).putInt(0).put(name);
        ByteBuffer segment = ByteBuffer.allocate(10 + tiff.capacity()).putShort((short) 0xFFE1).putShort((short) (8 + tiff.capacity()))
                .put("Exif\0\0".getBytes(ISO_8859_1)).put(tiff.array());
        return ByteBuffer.allocate(jpeg.length + segment.capacity()).put(jpeg, 0, 2).put(segment.array()).put(jpeg, 2, jpeg.length - 2).array();
    }

    /** So many zeros. */
    private static final class ZeroStream extends InputStream {
        private int left;

        private ZeroStream(int bytes) {
            this.left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = Math.min(left, length);
            Arrays.fill(into, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
