package apidrive.door.object;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.problem;
import static apidrive.door.object.Web.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;

/** What a node bounds: the size of objects, what an address stores, transfers at once. And that a crowd fails nobody. */
@Timeout(120)
class ObjectBoundsTest {
    private static final String PATH = "/api/drive/object";
    private static final int CROWD = 8;

    @Test
    void an_object_has_as_many_bytes_as_are_allowed_and_not_one_more_told_before_or_not() {
        try (TestNode node = TestNode.start(Map.of("object-bytes", "100KiB"))) {
            Web web = new Web(node);
            assertThat(web.call("PUT", PATH, random(102_400)).statusCode()).isEqualTo(201);
            assertThat(web.stream("PUT", PATH, new ByteArrayInputStream(random(102_400))).statusCode()).isEqualTo(201);
            assertThat(problem(web.call("PUT", PATH, random(102_401)))).isEqualTo("too-large");
            assertThat(problem(web.stream("PUT", PATH, new ByteArrayInputStream(random(102_401))))).isEqualTo("too-large");
            assertThat(node.database().number("SELECT count(*) FROM apidrive.object")).isOne();
        }
    }

    @Test
    void an_address_stores_its_chunks_of_a_period_and_is_told_before_it_sends_more() {
        try (TestNode node = TestNode.start(Map.of("rate-chunks", "10"))) {
            Web web = new Web(node);
            assertThat(problem(web.call("PUT", PATH, random(10 * 65_536)))).as("ten leaves and the root").isEqualTo("rate-limited");
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).isZero();
            HttpResponse<byte[]> upload = web.call("POST", "/api/drive/upload", new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", "655360");
            assertThat(problem(upload)).isEqualTo("rate-limited");

            HttpResponse<byte[]> stored = web.call("PUT", PATH, random(4 * 65_536));
            assertThat(stored.statusCode()).isEqualTo(201);
            assertThat(header(stored, "RateLimit")).startsWith("\"chunks\";r=5;");
            HttpResponse<byte[]> streamed = web.stream("PUT", PATH, new ByteArrayInputStream(random(10 * 65_536)));
            assertThat(problem(streamed)).isEqualTo("rate-limited");
            assertThat(header(streamed, "Retry-After")).isNotNull();
        }
    }

    @Test
    void beyond_the_transfers_at_once_one_is_asked_to_come_again() throws Exception {
        try (TestNode node = TestNode.start(Map.of("uploads", "1", "downloads", "1"))) {
            Web web = new Web(node);
            String large = Web.document(web.stream("PUT", PATH, new Endless(64 << 20))).text("Root").orElseThrow();
            try (Socket slow = open(web, "PUT " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")) {
                assertThat(slow.isConnected()).isTrue();
                Awaitility.await().untilAsserted(() -> assertThat(web.call("PUT", PATH, new byte[1]).statusCode()).isEqualTo(503));
                HttpResponse<byte[]> refused = web.call("PUT", PATH, new byte[1]);
                assertThat(problem(refused)).isEqualTo("busy");
                assertThat(header(refused, "Retry-After")).isNotNull();
            }
            Awaitility.await().untilAsserted(() -> assertThat(web.call("PUT", PATH, new byte[1]).statusCode()).isEqualTo(201));
            try (Socket slow = open(web, "GET " + PATH + "/" + large + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
                assertThat(slow.getInputStream().read()).isEqualTo('H');
                assertThat(problem(web.call("GET", PATH + "/" + large, null, "Range", "bytes=0-0"))).isEqualTo("busy");
                assertThat(web.call("HEAD", PATH + "/" + large, null).statusCode()).isEqualTo(200);
            }
            Awaitility.await().untilAsserted(() -> assertThat(web.call("GET", PATH + "/" + large, null, "Range", "bytes=0-0").statusCode())
                    .isEqualTo(206));
            for (int i = 0; i < 3; i++) {
                assertThat(web.call("HEAD", PATH + "/" + large + ".apidrive", null).statusCode()).isEqualTo(200);
                assertThat(web.call("GET", PATH + "/" + large, null, "Range", "bytes=99999999-").statusCode()).isEqualTo(416);
                assertThat(web.call("GET", PATH + "/" + large + "?name=a%0Ab", null).statusCode()).isEqualTo(400);
                assertThat(web.call("GET", PATH + "/" + large + ".apidrive", null).statusCode()).as("no place was kept").isEqualTo(200);
            }
        }
    }

    @Test
    void a_sender_is_held_back_while_the_database_takes_nothing() throws Exception {
        long size = 96 << 20;
        AtomicLong sent = new AtomicLong();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (TestNode node = TestNode.start(Map.of("store-queue", "4096"));
             Connection connection = node.database().superuser().getConnection(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE apidrive.chunk IN ACCESS EXCLUSIVE MODE");
            Web web = new Web(node);
            InputStream counted = new FilterInputStream(new Endless(size)) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int read = super.read(into, offset, length);
                    sent.addAndGet(Math.max(0, read));
                    return read;
                }
            };
            Future<Integer> put = thread.submit(() -> web.stream("PUT", PATH, counted).statusCode());
            Awaitility.await().until(() -> stays(sent));
            assertThat(sent.get()).as("what the node holds, and sockets").isBetween(1L << 20, 24L << 20);
            connection.rollback();
            assertThat(put.get(100, TimeUnit.SECONDS)).isEqualTo(201);
            assertThat(sent.get()).isEqualTo(size);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void many_that_store_at_once_through_a_short_queue_wait_for_each_other() throws Exception {
        try (TestNode node = TestNode.start(Map.of("store-queue", "64"))) {
            Web web = new Web(node);
            assertThat(crowd(number -> web.call("PUT", PATH, random(4_000_000 + number)).statusCode())).containsOnly(201);
        }
    }

    @Test
    void of_many_that_read_at_once_through_a_short_queue_each_is_refused_at_once_or_served_to_its_end() throws Exception {
        try (TestNode node = TestNode.start(Map.of("read-queue", "1", "readers", "1", "cache-bytes", "0"))) {
            Web web = new Web(node);
            byte[] data = random(3_000_000);
            String path = PATH + "/" + web.stored(data);
            assertThat(crowd(number -> {
                HttpResponse<byte[]> answer = web.call("GET", path, null);
                while (answer.statusCode() == 503) {
                    answer = web.call("GET", path, null);
                }
                return Arrays.equals(answer.body(), data);
            })).containsOnly(true);
        }
    }

    @Test
    void a_form_is_no_object() {
        try (TestNode node = TestNode.start()) {
            assertThat(problem(new Web(node).call("POST", PATH, new byte[3], "Content-Type", "multipart/form-data; boundary=x")))
                    .isEqualTo("unsupported-media-type");
        }
    }

    /** Whether it is more than nothing, and the same for a while. */
    private static boolean stays(AtomicLong number) throws InterruptedException {
        long before = number.get();
        TimeUnit.SECONDS.sleep(1);
        return before > 0 && number.get() == before;
    }

    private interface Deed<T> {
        T of(int number);
    }

    private static <T> List<T> crowd(Deed<T> deed) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CROWD);
        try {
            List<Callable<T>> deeds = new ArrayList<>();
            for (int i = 0; i < CROWD; i++) {
                int number = i;
                deeds.add(() -> deed.of(number));
            }
            List<T> outcomes = new ArrayList<>();
            for (Future<T> outcome : threads.invokeAll(deeds, 100, TimeUnit.SECONDS)) {
                outcomes.add(outcome.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Socket open(Web web, String request) throws Exception {
        Socket socket = new Socket("127.0.0.1", web.uri("/").getPort());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }
}
