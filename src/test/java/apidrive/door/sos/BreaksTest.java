package apidrive.door.sos;

import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** Bodies that break off, answers that end short, and more names than a page has. */
@Timeout(120)
class BreaksTest {
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
    void a_body_that_cannot_be_read_is_500_and_no_blob() throws Exception {
        String answer = Raw.exchange(web.uri("/").getPort(), "POST /blob/broken HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
        assertThat(answer).startsWith("HTTP/1.1 500 ").endsWith("failed to read body\n");
        assertThat(web.call("GET", "/blob/broken", null).statusCode()).isEqualTo(404);
    }

    @Test
    void an_upload_that_breaks_off_is_no_blob_under_any_name() throws Exception {
        byte[] half = random(70_000);
        try (Socket socket = new Socket("127.0.0.1", web.uri("/").getPort())) {
            socket.getOutputStream().write("POST /blob/half HTTP/1.1\r\nHost: x\r\nContent-Length: 140000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(half);
        }
        ChunkId leaf = Chunk.of(Arrays.copyOf(half, Chunk.MAX_BYTES)).id();
        Awaitility.await().until(() -> node.database().number("SELECT count(*) FROM apidrive.ended_lease") > 0
                && node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + leaf + "'") == 0);
        assertThat(web.call("GET", "/blob/half", null).statusCode()).isEqualTo(404);
        assertThat(web.call("GET", "/fetch/" + Sha1.of(half), null).statusCode()).isEqualTo(404);
    }

    @Test
    void an_object_that_lacks_a_chunk_in_the_middle_ends_short_of_its_length() throws Exception {
        byte[] data = random(20_000_000);
        web.call("POST", "/blob/holed", data);
        byte[] lost = Arrays.copyOfRange(data, 152 * 65_536, 153 * 65_536);
        node.database().execute("DELETE FROM apidrive.chunk WHERE id = '" + Chunk.of(lost).id() + "'");
        String answer = Raw.exchange(web.uri("/").getPort(), "GET /blob/holed HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Content-Length: 20000000");
        assertThat(answer.length()).as("it is over before its end, at once").isBetween(1_000, 152 * 65_536 + 2_000);
    }

    @Test
    @Timeout(300)
    void sos_3_more_names_than_a_page_has_are_all_listed_in_order() throws Exception {
        try (TestNode many = TestNode.start()) {
            Web there = new Web(many);
            int count = Listing.PAGE + 1;
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Callable<Integer>> posts = IntStream.range(0, count).<Callable<Integer>>mapToObj(i -> () -> there.call("POST",
                        "/blob/n" + i, new byte[] {(byte) i}).statusCode()).toList();
                threads.invokeAll(posts, 250, TimeUnit.SECONDS).forEach(post -> assertThat(post).succeedsWithin(1, TimeUnit.SECONDS).isEqualTo(200));
            } finally {
                threads.shutdownNow();
            }
            String expected = IntStream.range(0, count).mapToObj(i -> "\"n" + i + "\"").sorted().collect(Collectors.joining(",", "[", "]"));
            assertThat(text(there.call("GET", "/blobs", null))).isEqualTo(expected);
        }
    }
}
