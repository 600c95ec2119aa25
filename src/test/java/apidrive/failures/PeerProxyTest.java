package apidrive.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.sun.net.httpserver.HttpServer;

import apidrive.failures.Ways.Way;

class PeerProxyTest {
    private static final byte[] BODY = new byte[100_000];
    private static final int CALLER = 1;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Ways ways = new Ways(3);
    private final AtomicInteger arrived = new AtomicInteger();
    private HttpServer node;
    private PeerProxy proxy;

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(BODY);
        node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        node.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            arrived.incrementAndGet();
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
            exchange.close();
        });
        node.start();
        proxy = new PeerProxy(0, node.getAddress().getPort(), ways, id -> id.isEmpty() ? -1 : Integer.parseInt(id));
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        node.stop(0);
    }

    @Test
    void an_open_way_changes_nothing() throws Exception {
        assertThat(call(CALLER)).isEqualTo(BODY);
    }

    @Test
    void a_closed_way_breaks_the_calls_of_that_caller_alone_also_on_a_connection_that_was_open() throws Exception {
        call(CALLER);
        ways.make(Way.CLOSED, (from, to) -> from == CALLER && to == 0);

        assertThatThrownBy(() -> call(CALLER)).isInstanceOf(IOException.class);
        assertThat(call(2)).isEqualTo(BODY);
        assertThat(arrived).hasValue(2);
    }

    @Test
    void over_a_cut_way_nothing_arrives_and_nothing_says_so_until_it_is_mended() throws Exception {
        call(CALLER);
        ways.make(Way.CUT, (from, to) -> true);

        assertThatThrownBy(() -> call(CALLER)).isInstanceOf(HttpTimeoutException.class);
        assertThat(arrived).hasValue(1);
        ways.mend();
        assertThat(call(CALLER)).isEqualTo(BODY);
    }

    @Test
    void a_call_without_an_answer_has_arrived() throws Exception {
        ways.make(Way.UNANSWERED, (from, to) -> true);

        assertThatThrownBy(() -> call(CALLER)).isInstanceOf(HttpTimeoutException.class);
        assertThat(arrived).hasValue(1);
    }

    @Test
    void a_garbled_answer_has_the_length_and_other_bytes() throws Exception {
        ways.make(Way.GARBLED, (from, to) -> true);

        assertThat(call(CALLER)).hasSameSizeAs(BODY).isNotEqualTo(BODY);
    }

    @Test
    void an_answer_without_end_has_more_bytes_than_the_node_sent() throws Exception {
        ways.make(Way.ENDLESS, (from, to) -> true);
        HttpResponse<InputStream> answer = http.send(request(CALLER), HttpResponse.BodyHandlers.ofInputStream());

        try (InputStream body = answer.body()) {
            assertThat(body.readNBytes(20 * BODY.length)).hasSize(20 * BODY.length);
        }
    }

    @Test
    void a_slow_way_takes_longer() throws Exception {
        ways.make(Way.SLOW, (from, to) -> true);
        long start = System.nanoTime();

        assertThat(call(CALLER)).isEqualTo(BODY);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
    }

    private byte[] call(int caller) throws Exception {
        return http.send(request(caller), HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    private HttpRequest request(int caller) {
        return HttpRequest.newBuilder(URI.create(proxy.url() + "/call")).header("Apidrive-Node", Integer.toString(caller))
                .timeout(Duration.ofSeconds(2)).POST(HttpRequest.BodyPublishers.ofString("question")).build();
    }
}
