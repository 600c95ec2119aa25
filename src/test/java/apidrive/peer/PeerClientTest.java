package apidrive.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.Ports;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Against real sockets on loopback that answer as no good node would. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PeerClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final NodeId SELF = NodeId.LOWEST;
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private int connections;

    /** Answers each request on a connection; a null closes it. */
    private interface Script {
        void answer(String request, OutputStream out) throws Exception;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void an_answer_comes_whole_with_and_without_a_declared_length() {
        byte[] body = new byte[100_000];
        body[99_999] = 7;
        URI plain = server((request, out) -> {
            out.write((OK + "Content-Length: 100000\r\n\r\n").getBytes(US_ASCII));
            out.write(body);
        });
        URI chunked = server((request, out) -> {
            out.write((OK + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n").getBytes(US_ASCII));
            out.write(body);
            out.write("\r\n0\r\n\r\n".getBytes(US_ASCII));
        });
        PeerClient client = client(open());

        assertThat(client.call(plain, "/api/peer/x", new byte[0], LIMIT, 100_000)).isEqualTo(body);
        assertThat(client.call(chunked, "/api/peer/x", new byte[0], LIMIT, 100_000)).isEqualTo(body);
        assertThat(client.send(plain, "/api/peer/x", List.of(ByteBuffer.wrap("one".getBytes(US_ASCII)),
                ByteBuffer.wrap("two".getBytes(US_ASCII))), LIMIT, 100_000).join()).hasSize(100_000);
        assertThat(requests.get(2)).startsWith("POST /api/peer/x HTTP/1.1\r\n").contains("Content-Length: 6\r\n",
                "Apidrive-Network: test\r\n", "Apidrive-Node: " + SELF + "\r\n", "Host: 127.0.0.1:" + plain.getPort())
                .endsWith("\r\n\r\nonetwo");
    }

    @Test
    void a_call_after_the_end_fails_as_one_that_reaches_nobody() {
        URI peer = server((request, out) -> out.write((OK + "Content-Length: 0\r\n\r\n").getBytes(US_ASCII)));
        PeerClient client = client(open());
        client.close();

        assertThatThrownBy(() -> client.call(peer, "/api/peer/x", new byte[0], LIMIT, 0))
                .isInstanceOfSatisfying(PeerFailure.class, failure ->
                        assertThat(failure.kind()).isEqualTo(PeerFailure.Kind.UNREACHABLE))
                .hasMessageContaining("this node is stopping");
    }

    @Test
    void a_connection_is_kept_for_the_next_call() {
        URI peer = server((request, out) -> out.write((OK + "Content-Length: 0\r\n\r\n").getBytes(US_ASCII)));
        PeerClient client = client(open());
        for (int i = 0; i < 20; i++) {
            client.call(peer, "/api/peer/x", new byte[1_000], LIMIT, 0);
        }

        assertThat(connections).isEqualTo(1);
    }

    @Test
    void an_ipv6_address_is_called_as_any_other() throws IOException {
        URI peer = server(new ServerSocket(0, 50, InetAddress.getByName("::1")),
                (request, out) -> out.write((OK + "Content-Length: 2\r\n\r\nhi").getBytes(US_ASCII)));
        URI six = URI.create("http://[::1]:" + peer.getPort());

        assertThat(client(open()).call(six, "/api/peer/x", new byte[0], LIMIT, 2)).hasSize(2);
        assertThat(requests.get(0)).contains("Host: [::1]:" + peer.getPort());
    }

    @Test
    void a_redirect_is_not_followed() {
        URI target = server((request, out) -> out.write((OK + "Content-Length: 0\r\n\r\n").getBytes(US_ASCII)));
        URI peer = server((request, out) -> out.write(("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + target
                + "/elsewhere\r\nContent-Length: 0\r\n\r\n").getBytes(US_ASCII)));

        assertThat(failure(client(open()), peer, LIMIT, 10)).isEqualTo(PeerFailure.Kind.NOT_A_PEER);
        assertThat(requests).hasSize(1);
    }

    @Test
    void an_endless_answer_is_cut_off() {
        URI declared = server((request, out) -> out.write((OK + "Content-Length: 999999999999\r\n\r\n").getBytes(US_ASCII)));
        URI endless = server((request, out) -> {
            out.write((OK + "Transfer-Encoding: chunked\r\n\r\n").getBytes(US_ASCII));
            byte[] part = ("1000\r\n" + "x".repeat(4_096) + "\r\n").getBytes(US_ASCII);
            for (int i = 0; i < 100_000; i++) {
                out.write(part);
            }
        });
        URI page = server((request, out) -> {
            out.write("HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            for (int i = 0; i < 100_000; i++) {
                out.write(new byte[4_096]);
            }
        });
        PeerClient client = client(open());

        for (URI peer : List.of(declared, endless, page)) {
            assertThat(failure(client, peer, LIMIT, 65_536)).isEqualTo(PeerFailure.Kind.TOO_LONG);
        }
    }

    @Test
    void a_silent_peer_costs_its_time_limit_and_no_more_also_when_it_trickles() {
        URI silent = server((request, out) -> Thread.sleep(30_000));
        URI trickling = server((request, out) -> {
            out.write((OK + "Content-Length: 1000\r\n\r\n").getBytes(US_ASCII));
            for (int i = 0; i < 1_000; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(50);
            }
        });
        PeerClient client = client(open());

        for (URI peer : List.of(silent, trickling)) {
            long began = System.nanoTime();
            assertThat(failure(client, peer, Duration.ofMillis(400), 1_000)).isEqualTo(PeerFailure.Kind.TIMED_OUT);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void nobody_there_and_a_connection_that_breaks_off_are_unreachable() throws IOException {
        URI broken = server((request, out) -> {
            out.write((OK + "Content-Length: 10\r\n\r\nabc").getBytes(US_ASCII));
            throw new IOException("enough");
        });
        PeerClient client = client(open());

        assertThat(failure(client, URI.create("http://127.0.0.1:" + Ports.next()), LIMIT, 10)).isEqualTo(PeerFailure.Kind.UNREACHABLE);
        assertThat(failure(client, broken, LIMIT, 10)).isEqualTo(PeerFailure.Kind.UNREACHABLE);
    }

    @Test
    void a_problem_comes_back_as_it_was_thrown_with_the_time_to_wait() {
        String body = "{\"type\":\"" + Problem.BUSY.type() + "\",\"title\":\"t\",\"status\":503,\"detail\":\"later\"}";
        URI busy = server((request, out) -> out.write(("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Type: "
                + "application/problem+json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).getBytes(US_ASCII)));
        URI page = server((request, out) -> out.write("HTTP/1.1 404 Nope\r\nContent-Length: 4\r\n\r\n<ht>".getBytes(US_ASCII)));
        PeerClient client = client(open());

        assertThatThrownBy(() -> client.call(busy, "/api/peer/x", new byte[0], LIMIT, 10))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.problem()).isEqualTo(Problem.BUSY);
                    assertThat(problem.detail()).contains("later");
                    assertThat(problem.retryAfter()).contains(Duration.ofSeconds(7));
                });
        assertThat(failure(client, page, LIMIT, 10)).isEqualTo(PeerFailure.Kind.NOT_A_PEER);
    }

    @Test
    void in_a_closed_network_an_answer_without_the_keys_proof_is_none() {
        URI peer = server((request, out) -> out.write((OK + "Content-Length: 2\r\n\r\nhi").getBytes(US_ASCII)));
        Envelope closed = new Envelope("test", 10, Optional.of("0123456789abcdef".getBytes(US_ASCII)), SELF);

        assertThat(failure(client(closed), peer, LIMIT, 10)).isEqualTo(PeerFailure.Kind.NOT_A_PEER);
        assertThat(requests.get(0)).contains("Apidrive-Nonce: ", "Apidrive-Proof: ");
    }

    @Test
    void only_an_address_that_was_checked_is_dialled_also_when_the_name_changes_its_mind() throws Exception {
        URI inner = server((request, out) -> out.write((OK + "Content-Length: 0\r\n\r\n").getBytes(US_ASCII)));
        List<String> asked = new ArrayList<>();
        PeerAddress rebinding = new PeerAddress(false, host -> {
            asked.add(host);
            return new InetAddress[] {InetAddress.getByName(asked.size() == 1 ? "192.0.2.1" : "127.0.0.1")};
        });
        PeerClient client = client(open(), rebinding, SSLContext.getDefault());
        URI peer = URI.create("http://node.example:" + inner.getPort());

        assertThat(failure(client, peer, LIMIT, 10)).isEqualTo(PeerFailure.Kind.REFUSED);
        assertThat(failure(client, peer, LIMIT, 10)).isEqualTo(PeerFailure.Kind.REFUSED);
        assertThat(failure(client, inner, LIMIT, 10)).isEqualTo(PeerFailure.Kind.REFUSED);
        assertThat(requests).isEmpty();
    }

    @Test
    void the_checked_address_is_dialled_under_the_urls_name_and_asked_for_once() throws Exception {
        URI inner = server((request, out) -> out.write((OK + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(US_ASCII)));
        List<String> asked = new CopyOnWriteArrayList<>();
        PeerClient client = client(open(), new PeerAddress(true, host -> {
            asked.add(host);
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        }), SSLContext.getDefault());
        URI peer = URI.create("http://node.example:" + inner.getPort() + "/drive");
        client.call(peer, "/api/peer/x", new byte[0], LIMIT, 10);
        client.call(peer, "/api/peer/x", new byte[0], LIMIT, 10);

        assertThat(requests.get(0)).startsWith("POST /drive/api/peer/x ").contains("Host: node.example:" + inner.getPort());
        assertThat(asked).containsExactly("node.example");
    }

    @Test
    void tls_verifies_the_name_of_the_url_not_the_address() throws Exception {
        SSLContext tls = selfSigned();
        PeerAddress everywhere = new PeerAddress(true, host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        URI server = server(tls.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress()),
                (request, out) -> out.write((OK + "Content-Length: 2\r\n\r\nhi").getBytes(US_ASCII)));
        PeerClient client = client(open(), everywhere, tls);

        assertThat(client.call(URI.create("https://node.example:" + server.getPort()), "/api/peer/x", new byte[0], LIMIT, 10))
                .asString().isEqualTo("hi");
        assertThat(failure(client, URI.create("https://other.example:" + server.getPort()), LIMIT, 10))
                .isEqualTo(PeerFailure.Kind.UNREACHABLE);
        assertThat(failure(client(open(), everywhere, SSLContext.getDefault()),
                URI.create("https://node.example:" + server.getPort()), LIMIT, 10)).isEqualTo(PeerFailure.Kind.UNREACHABLE);
    }

    @Test
    void a_slow_name_service_costs_its_own_limit() throws Exception {
        PeerClient client = client(open(), new PeerAddress(true, host -> {
            try {
                Thread.sleep(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new java.net.UnknownHostException(host);
        }), SSLContext.getDefault());
        long began = System.nanoTime();

        assertThat(failure(client, URI.create("http://slow.example"), Duration.ofSeconds(15), 10))
                .isEqualTo(PeerFailure.Kind.UNREACHABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    @Test
    void cancelling_closes_the_connection() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        CompletableFuture<Void> came = new CompletableFuture<>();
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        opened.add(socket);
        Thread thread = new Thread(() -> {
            try (Socket one = socket.accept()) {
                read(one.getInputStream());
                came.complete(null);
                closed.complete(one.getInputStream().read() < 0);
            } catch (IOException e) {
                closed.complete(true);
            }
        });
        thread.setDaemon(true);
        thread.start();
        CompletableFuture<byte[]> answer = client(open()).send(URI.create("http://127.0.0.1:" + socket.getLocalPort()),
                "/api/peer/x", List.of(ByteBuffer.allocate(10)), Duration.ofSeconds(30), 10);
        came.get(10, TimeUnit.SECONDS);
        answer.cancel(true);

        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private static PeerFailure.Kind failure(PeerClient client, URI peer, Duration limit, int most) {
        Throwable thrown = catchThrowable(() -> client.call(peer, "/api/peer/x", new byte[0], limit, most));
        assertThat(thrown).isInstanceOf(PeerFailure.class);
        return ((PeerFailure) thrown).kind();
    }

    private static Envelope open() {
        return new Envelope("test", 10, Optional.empty(), SELF);
    }

    private PeerClient client(Envelope envelope) {
        try {
            return client(envelope, new PeerAddress(true, InetAddress::getAllByName), SSLContext.getDefault());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private PeerClient client(Envelope envelope, PeerAddress addresses, SSLContext tls) {
        PeerClient client = new PeerClient(envelope, addresses, tls, new SimpleMeterRegistry());
        opened.add(client);
        return client;
    }

    private URI server(Script script) {
        try {
            return server(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), script);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI server(ServerSocket socket, Script script) {
        opened.add(socket);
        daemon(() -> {
            while (true) {
                Socket connection = socket.accept();
                connections++;
                daemon(() -> {
                    try (connection) {
                        for (String request = read(connection.getInputStream()); request != null;
                                request = read(connection.getInputStream())) {
                            requests.add(request);
                            script.answer(request, connection.getOutputStream());
                            connection.getOutputStream().flush();
                        }
                    }
                });
            }
        });
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** Head and body of a request with a Content-Length; null at the end. */
    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        return head + new String(in.readNBytes(length), US_ASCII);
    }

    private static void daemon(java.util.concurrent.Callable<?> task) {
        Thread thread = new Thread(() -> {
            try {
                task.call();
            } catch (Exception e) {
                return;  // the test ended, or the client had enough
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void daemon(ThrowingRunnable task) {
        daemon(() -> {
            task.run();
            return null;
        });
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    /** Keys and trust of a certificate for node.example, made by the JDK's keytool. */
    private static SSLContext selfSigned() throws Exception {
        java.nio.file.Path file = java.nio.file.Files.createTempDirectory("tls").resolve("store.p12");
        Process keytool = new ProcessBuilder(java.nio.file.Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "node", "-keyalg", "EC", "-dname", "CN=node.example", "-ext", "SAN=dns:node.example",
                "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", file.toString(), "-validity", "2")
                .redirectErrorStream(true).start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "changeit".toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
