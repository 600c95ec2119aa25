package apidrive.door.dtfc;

import static apidrive.door.object.Web.document;
import static apidrive.door.object.Web.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.door.object.Web;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** DT-24: a token from a CouchDB session, by which clients of one address are told apart. */
@Timeout(120)
class CouchSessionsTest {
    private static final String ANNA = "YW5uYTo2NTNCMkYwMDpfbqV-QnVzZQ";
    private static final String BERT = "YmVydDo2NTNCMkYwMDpfbqV-QnVzZQ==";

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile String broken;
    private HttpServer couch;
    private TestNode node;
    private Web web;
    private String hash;

    @BeforeEach
    void start() throws IOException {
        couch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        couch.createContext("/couch/_session", this::answer);
        couch.start();
        node = TestNode.start(Map.of("dtfc-transfers", "1", "dtfc-couchdb", "http://127.0.0.1:" + couch.getAddress().getPort()
                + "/couch/"));
        web = new Web(node);
        hash = document(web.call("PUT", "/a.txt", random(10))).text("sha512").orElseThrow();
    }

    @AfterEach
    void stop() {
        node.close();
        couch.stop(0);
    }

    @Test
    void dt_24_whoever_has_a_session_is_counted_by_name_and_leaves_room_for_others_of_his_address() throws IOException {
        try (Socket anna = uploading("AuthSession=" + ANNA)) {
            assertThat(anna.isConnected()).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(get("AuthSession=" + ANNA)).isEqualTo(429));
            assertThat(get("theme=dark; AuthSession=" + BERT)).isEqualTo(200);
            assertThat(get(null)).as("the address itself has one as well").isEqualTo(200);
        }
        Awaitility.await().untilAsserted(() -> assertThat(get("AuthSession=" + ANNA)).isEqualTo(200));
        assertThat(asked).as("once a minute for each").containsExactlyInAnyOrder("AuthSession=" + ANNA, "AuthSession=" + BERT);
    }

    @Test
    void dt_24_a_cookie_that_couchdb_does_not_know_or_that_is_none_counts_for_nothing() throws IOException {
        try (Socket nobody = uploading(null)) {
            assertThat(nobody.isConnected()).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(get(null)).isEqualTo(429));
            for (String cookie : new String[] {"AuthSession=expired", "AuthSession=nobody", "AuthSession=",
                "AuthSession=" + "a".repeat(1_025), "AuthSession=a%0d%0ab", "Session=" + ANNA}) {
                assertThat(get(cookie)).as(cookie).isEqualTo(429);
            }
            assertThat(asked).containsOnly("AuthSession=expired", "AuthSession=nobody");
            assertThat(get("AuthSession=" + ANNA)).isEqualTo(200);
        }
    }

    @Test
    void dt_24_while_couchdb_is_away_or_talks_nonsense_the_address_counts_and_nobody_is_refused_for_it() throws IOException {
        for (String nonsense : new String[] {"", "[]", "{\"userCtx\":7}", "{\"userCtx\":{\"name\":" + "\"x\"".repeat(40_000)}) {
            broken = nonsense;
            assertThat(get("AuthSession=" + ANNA + nonsense.length())).as(nonsense.substring(0, Math.min(20, nonsense.length())))
                    .isEqualTo(200);
        }
        couch.stop(0);
        assertThat(get("AuthSession=" + BERT)).isEqualTo(200);
        try (Socket bert = uploading("AuthSession=" + BERT)) {
            assertThat(bert.isConnected()).isTrue();
            Awaitility.await().untilAsserted(() -> assertThat(get(null)).isEqualTo(429));
        }
    }

    private int get(String cookie) {
        return (cookie == null ? web.call("GET", "/" + hash, null) : web.call("GET", "/" + hash, null, "Cookie", cookie)).statusCode();
    }

    /** A PUT of which half has come. */
    private Socket uploading(String cookie) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.uri("/").getPort());
        socket.getOutputStream().write(("PUT /slow.txt HTTP/1.1\r\nHost: x\r\n" + (cookie == null ? "" : "Cookie: " + cookie + "\r\n")
                + "Content-Length: 10\r\n\r\n12345").getBytes(UTF_8));
        return socket;
    }

    /** As CouchDB 3 does: the session's user, none where there is no session, 401 where the cookie is no session any more. */
    private void answer(HttpExchange exchange) throws IOException {
        String cookie = exchange.getRequestHeaders().getFirst("Cookie");
        asked.add(cookie);
        String name = cookie.endsWith(ANNA) ? "\"anna\"" : cookie.endsWith(BERT) ? "\"bert\"" : "null";
        byte[] body = (broken != null ? broken : "{\"ok\":true,\"userCtx\":{\"name\":" + name + ",\"roles\":[\"editors\"]},\"info\":{"
                + "\"authentication_handlers\":[\"cookie\",\"default\"]}}").getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(cookie.endsWith("expired") ? 401 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
