package apidrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

import apidrive.wire.Format;

/** Some whole nodes in this JVM that are one network, each on a database of its own, each in a zone of its own. */
public final class TestNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<TestDatabase> databases = new ArrayList<>();
    private final List<Map<String, String>> settings = new ArrayList<>();
    private final List<TestNode> nodes = new ArrayList<>();

    /** Starts {@code size} nodes that have {@code common} settings, by key; returns when each knows each. */
    public static TestNetwork start(int size, Map<String, String> common) {
        TestNetwork network = new TestNetwork();
        try {
            network.begin(size, common);
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** Settings of a network whose nodes share this key. */
    public static Map<String, String> closed(Path keyFile) {
        return Map.of("network-key-file", keyFile.toString(), "gossip-period", "PT0.5S", "allow-private-peers", "true");
    }

    public int size() {
        return nodes.size();
    }

    public TestNode node(int number) {
        return nodes.get(number);
    }

    /** Ends a node; its database stays. */
    public void stop(int number) {
        nodes.get(number).close();
    }

    /** Starts it again, on its database and at its address; returns when it serves, whomever it knows. */
    public void startAgain(int number) {
        nodes.set(number, TestNode.start(databases.get(number), settings.get(number)));
    }

    /** Returns when every node lists every other as active. */
    public void awaitWhole() {
        for (TestNode node : nodes) {
            Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> assertThat(active(node)).as("servers that %s knows", node.uri("")).isEqualTo(nodes.size()));
        }
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        databases.forEach(TestDatabase::close);
    }

    private void begin(int size, Map<String, String> common) {
        List<Integer> ports = IntStream.range(0, size).map(number -> Ports.next()).boxed().toList();
        List<String> urls = ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
        for (int number = 0; number < size; number++) {
            String own = urls.get(number);
            Map<String, String> all = new HashMap<>(Map.of("port", Integer.toString(ports.get(number)), "url", own, "zone",
                    "zone-" + number, "join", urls.stream().filter(url -> !url.equals(own)).collect(Collectors.joining(","))));
            all.putAll(common);
            settings.add(all);
            databases.add(TestDatabase.opened());
            nodes.add(TestNode.start(databases.get(number), all));
        }
        awaitWhole();
    }

    private long active(TestNode node) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(node.uri("/api/drive/servers"))
                .header("Accept", Format.JSON_TYPE).build(), HttpResponse.BodyHandlers.ofByteArray());
        return Format.JSON.readDocuments(answer.body()).stream()
                .filter(server -> server.text("State").filter("active"::equals).isPresent()).count();
    }
}
