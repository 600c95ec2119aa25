package apidrive.door.peer;

import static apidrive.problem.Problem.BUSY;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.door.api.Traffic;
import apidrive.peer.Envelope;
import apidrive.peer.PeerAddress;
import apidrive.peer.PeerClient;
import apidrive.peer.PeerFailure;
import apidrive.peer.PeerRoute;
import apidrive.peer.Refusal;
import apidrive.peer.Refusals;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The door and the client on the two ends of a real connection. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PeerServletTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final NodeId MEMBER = new NodeId(new UUID(1, 1));
    private static final NodeId STRANGER = new NodeId(new UUID(2, 2));
    private static final Optional<byte[]> KEY = Optional.of("0123456789abcdef".getBytes(US_ASCII));
    private static final int MOST = 100_000;

    private record Route(String path, boolean isForMembers, UnaryOperator<byte[]> answer) implements PeerRoute {
        @Override
        public int mostBytes() {
            return MOST;
        }

        @Override
        public List<ByteBuffer> handle(NodeId sender, byte[] body) {
            return List.of(ByteBuffer.wrap(answer.apply(body)));
        }
    }

    private final Refusals refusals = new Refusals();
    private final List<PeerClient> clients = new ArrayList<>();
    private Server server;
    private URI peer;

    @BeforeEach
    void start() throws Exception {
        List<PeerRoute> routes = List.of(new Route("/api/peer/open", false, body -> body),
                new Route("/api/peer/members", true, body -> body), new Route("/api/peer/busy", true, body -> {
                    throw BUSY.because("not now", Duration.ofSeconds(9));
                }), new Route("/api/peer/broken", true, body -> {
                    throw new IllegalStateException("a secret of the node");
                }));
        PeerServlet door = new PeerServlet(new Envelope("net", 10, KEY, STRANGER), routes, MEMBER::equals, refusals,
                new Traffic(new SimpleMeterRegistry()), null);  // nothing is admitted to storing here
        server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/drive");
        ServletHolder holder = new ServletHolder(door);
        door.paths().forEach(path -> context.addServlet(holder, path));
        server.setHandler(context);
        server.start();
        peer = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/drive");
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(PeerClient::close);
        server.stop();
    }

    @Test
    void many_calls_at_once_each_get_their_own_answer() {
        PeerClient client = client("net", KEY, MEMBER);
        List<CompletableFuture<byte[]>> answers = IntStream.range(0, 500).mapToObj(i -> client.send(peer, "/api/peer/members",
                List.of(ByteBuffer.wrap(chunk(i)), ByteBuffer.wrap(new byte[] {7})), LIMIT, MOST)).toList();

        for (int i = 0; i < answers.size(); i++) {
            byte[] answer = answers.get(i).join();
            assertThat(answer).hasSize(65_537);
            assertThat(ByteBuffer.wrap(answer).getInt()).isEqualTo(i);
        }
    }

    @Test
    void a_stranger_may_only_what_strangers_may() {
        PeerClient stranger = client("net", KEY, STRANGER);

        assertThat(stranger.call(peer, "/api/peer/open", new byte[] {1}, LIMIT, MOST)).containsExactly(1);
        assertThat(problem(stranger, "/api/peer/members", 1)).isEqualTo(Problem.PEER_UNKNOWN);
        assertThat(refusals.of(Refusal.UNKNOWN_NODE)).isEqualTo(1);
    }

    @Test
    void another_network_and_another_key_are_refused_and_counted() {
        assertThat(problem(client("other", KEY, MEMBER), "/api/peer/open", 1)).isEqualTo(Problem.FOREIGN_NETWORK);
        assertThat(problem(client("net", Optional.empty(), MEMBER), "/api/peer/open", 1)).isEqualTo(Problem.WRONG_NETWORK_KEY);
        assertThat(problem(client("net", Optional.of("fedcba9876543210".getBytes(US_ASCII)), MEMBER), "/api/peer/open", 1))
                .isEqualTo(Problem.WRONG_NETWORK_KEY);
        assertThat(refusals.of(Refusal.FOREIGN_NETWORK)).isEqualTo(1);
        assertThat(refusals.of(Refusal.WRONG_KEY)).isEqualTo(2);
    }

    @Test
    void a_body_beyond_the_routes_bound_is_too_large() {
        PeerClient client = client("net", KEY, MEMBER);

        assertThat(client.call(peer, "/api/peer/open", new byte[MOST], LIMIT, MOST)).hasSize(MOST);
        assertThat(problem(client, "/api/peer/open", MOST + 1)).isEqualTo(Problem.TOO_LARGE);
    }

    @Test
    void what_a_route_throws_reaches_the_caller_as_its_problem_and_no_more() {
        PeerClient client = client("net", KEY, MEMBER);
        Throwable busy = catchThrowable(() -> client.call(peer, "/api/peer/busy", new byte[0], LIMIT, MOST));
        Throwable broken = catchThrowable(() -> client.call(peer, "/api/peer/broken", new byte[0], LIMIT, MOST));

        assertThat(busy).isInstanceOfSatisfying(ProblemException.class,
                problem -> assertThat(problem.retryAfter()).contains(Duration.ofSeconds(9)));
        assertThat(broken).isInstanceOfSatisfying(ProblemException.class,
                problem -> assertThat(problem.problem()).isEqualTo(Problem.INTERNAL)).hasMessageNotContaining("secret");
        assertThat(catchThrowable(() -> client.call(peer, "/api/peer/nothing", new byte[0], LIMIT, MOST)))
                .isInstanceOf(PeerFailure.class);
    }

    @Test
    void other_verbs_are_not_allowed_and_a_call_without_an_envelope_is_refused() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        URI open = URI.create(peer + "/api/peer/open");

        assertThat(http.send(HttpRequest.newBuilder(open).build(), BodyHandlers.discarding()).statusCode()).isEqualTo(405);
        assertThat(http.send(HttpRequest.newBuilder(open).POST(BodyPublishers.ofString("hello")).build(),
                BodyHandlers.discarding()).statusCode()).isEqualTo(403);
    }

    private static byte[] chunk(int number) {
        return ByteBuffer.allocate(65_536).putInt(number).array();
    }

    private Problem problem(PeerClient client, String path, int bytes) {
        Throwable thrown = catchThrowable(() -> client.call(peer, path, new byte[bytes], LIMIT, MOST));
        assertThat(thrown).isInstanceOf(ProblemException.class);
        return ((ProblemException) thrown).problem();
    }

    private PeerClient client(String network, Optional<byte[]> key, NodeId id) {
        try {
            PeerClient client = new PeerClient(new Envelope(network, 10, key, id), new PeerAddress(true, InetAddress::getAllByName),
                    SSLContext.getDefault(), new SimpleMeterRegistry());
            clients.add(client);
            return client;
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
