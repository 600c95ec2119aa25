package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Whatever a peer sends, the node answers with a clear error and goes on. The system property {@code apidrive.seed} replays a run. */
class PeerRobustnessTest {
    private static final int CASES = 600;
    private static final String[] ROUTES = {"/api/peer/ping", "/api/peer/ping-request", "/api/peer/exchange"};

    @Test
    void random_bodies_bring_an_answer_or_a_refusal_and_never_a_server_error() throws Exception {
        long seed = Long.getLong("apidrive.seed", System.nanoTime());
        Random random = new Random(seed);
        Envelope envelope = new Envelope("default", 10, Optional.empty(), new NodeId(new UUID(1, 1)));
        try (TestNode node = TestNode.start(Map.of("allow-private-peers", "true"));
             PeerClient client = new PeerClient(envelope, new PeerAddress(true, InetAddress::getAllByName),
                     SSLContext.getDefault(), new SimpleMeterRegistry())) {
            for (int i = 0; i < CASES; i++) {
                String route = ROUTES[random.nextInt(ROUTES.length)];
                byte[] body = new byte[random.nextInt(random.nextInt(4) == 0 ? 20_000 : 120)];
                random.nextBytes(body);
                if (body.length > 2) {
                    body[0] = (byte) random.nextInt(6);  // versions and kinds are small numbers
                    body[1] = (byte) random.nextInt(6);
                }
                Throwable thrown = catchThrowable(() -> client.call(node.uri(""), route, body, Duration.ofSeconds(10), 1 << 20));
                if (thrown != null) {
                    assertThat(thrown).as("seed %d case %d", seed, i).isInstanceOfSatisfying(ProblemException.class,
                            refusal -> assertThat(refusal.problem().status()).isLessThan(500));
                }
            }
            assertThat(node.database().number("SELECT count(*) FROM apidrive.peer WHERE url NOT LIKE 'http://127.0.0.1:%'")).isZero();
        }
    }
}
