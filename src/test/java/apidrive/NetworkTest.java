package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.admin.AdminCaller;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Real nodes on loopback, each with a database of its own, that find and lose each other. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private final List<TestNode> nodes = new ArrayList<>();
    private final List<TestDatabase> databases = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(TestNode::close);
        databases.forEach(TestDatabase::close);
    }

    @Test
    void three_join_by_one_url_see_each_other_and_see_one_die_and_come_back() throws Exception {
        TestNode one = node(Map.of("zone", "a"));
        TestDatabase kept = database();
        Map<String, String> settings = Map.of("zone", "b", "join", one.uri("").toString());
        TestNode two = node(kept, settings);
        TestNode three = node(Map.of("zone", "c", "join", one.uri("").toString()));
        soon().untilAsserted(this::assertAllSeeAllThreeActive);
        String id = server(one, "b").text("Id").orElseThrow();
        soon().untilAsserted(() -> assertThat(server(one, "c").get("Load")).as("what a peer tells of itself").isPresent());

        int port = two.uri("").getPort();
        stop(two);
        soon().untilAsserted(() -> {
            assertThat(states(one)).containsEntry("b", "dead");
            assertThat(states(three)).containsEntry("b", "dead");
        });
        soon().untilAsserted(() -> assertThat(one.database().number(
                "SELECT count(*) FROM apidrive_view.peers WHERE state = 'dead' AND NOT is_this_node")).isEqualTo(1));

        TestNode again = node(kept, settings("zone", "b", "port", Integer.toString(port)));
        soon().untilAsserted(this::assertAllSeeAllThreeActive);
        assertThat(server(again, "b").text("Id")).as("its key is in its database, its list too: it needs no one to join by")
                .contains(id);
    }

    @Test
    void one_that_starts_alone_keeps_trying_and_takes_servers_from_a_file_that_changes() throws Exception {
        Path file = folder.resolve("servers.conf");
        TestNode one = node(Map.of("zone", "a", "join-file", file.toString()));
        TestNode two = node(Map.of("zone", "b"));
        assertThat(states(one)).containsOnlyKeys("a");

        Files.writeString(file, "# our servers\n[near]\n-: " + two.uri("/") + " 10  # the large one\nnonsense\n");
        soon().untilAsserted(() -> assertThat(states(two)).containsOnlyKeys("a", "b"));
        soon().untilAsserted(() -> assertThat(states(one)).containsOnlyKeys("a", "b"));
    }

    @Test
    void another_network_and_another_key_are_refused_and_counted() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
        Path other = Files.writeString(folder.resolve("other"), "fedcba9876543210");
        TestNode one = node(Map.of("zone", "a", "network-key-file", key.toString()));
        TestNode friend = node(Map.of("zone", "b", "network-key-file", key.toString(), "join", one.uri("").toString()));
        TestNode foreign = node(Map.of("zone", "x", "network", "elsewhere", "join", one.uri("").toString()));
        TestNode wrong = node(Map.of("zone", "y", "network-key-file", other.toString(), "join", one.uri("").toString()));
        TestNode none = node(Map.of("zone", "z", "join", one.uri("").toString()));

        soon().untilAsserted(() -> assertThat(states(friend)).containsOnlyKeys("a", "b"));
        soon().untilAsserted(() -> {
            assertThat(counter(one, "apidrive_peer_refused_total{reason=\"foreign_network\"}")).isPositive();
            assertThat(counter(one, "apidrive_peer_refused_total{reason=\"wrong_key\"}")).isGreaterThan(1);
        });
        assertThat(states(one)).containsOnlyKeys("a", "b");
        assertThat(states(foreign)).containsOnlyKeys("x");
        assertThat(states(wrong)).containsOnlyKeys("y");
        assertThat(states(none)).containsOnlyKeys("z");

        HttpResponse<byte[]> refused = HTTP.send(HttpRequest.newBuilder(one.uri("/api/peer/ping"))
                .header("Apidrive-Network", "elsewhere").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[9])).build(),
                BodyHandlers.ofByteArray());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(new String(refused.body(), UTF_8)).contains("urn:apidrive:problem:foreign-network");
    }

    @Test
    void a_node_that_places_chunks_in_other_parts_is_refused_and_both_say_why() throws Exception {
        TestNode one = node(Map.of("zone", "a"));
        TestNode two = node(Map.of("zone", "b", "partitions", "2048", "join", one.uri("").toString()));

        soon().untilAsserted(() -> assertThat(counter(one, "apidrive_peer_refused_total{reason=\"other_partitions\"}")).isPositive());
        for (TestNode node : List.of(one, two)) {
            soon().untilAsserted(() -> assertThat(new AdminCaller(node).signedIn().network().text("Misfit").orElse("")).contains(
                    "APIDRIVE_PARTITIONS is 1024 on the node that was called and 2048 on the one that called"));
        }
        assertThat(states(one)).containsOnlyKeys("a");
        assertThat(states(two)).containsOnlyKeys("b");
    }

    @Test
    void a_node_whose_url_nobody_could_call_stays_alone_and_is_taken_by_nobody() throws Exception {
        TestNode one = node(Map.of("zone", "a"));
        TestNode hidden = TestNode.start(Map.of("zone", "h", "gossip-period", "PT0.2S", "join", one.uri("").toString()));
        nodes.add(hidden);

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(states(one)).containsOnlyKeys("a");
            assertThat(states(hidden)).containsOnlyKeys("h");
        });
    }

    @Test
    void several_wars_on_one_database_are_one_server_of_the_network() throws Exception {
        TestNode one = node(Map.of("zone", "a"));
        TestDatabase shared = database();
        TestNode first = node(shared, Map.of("zone", "b", "join", one.uri("").toString()));
        soon().untilAsserted(() -> assertThat(states(first)).containsOnlyKeys("a", "b"));
        TestNode second = node(shared, Map.of("zone", "b", "url", first.uri("").toString()));

        soon().untilAsserted(() -> assertThat(states(second)).containsOnlyKeys("a", "b"));
        assertThat(server(second, "b").text("Id")).isEqualTo(server(first, "b").text("Id"));
        soon().untilAsserted(() -> assertThat(states(one)).isEqualTo(Map.of("a", "active", "b", "active")));
    }

    private void assertAllSeeAllThreeActive() throws Exception {
        for (TestNode node : nodes) {
            assertThat(states(node)).as("as %s sees it", node.uri(""))
                    .isEqualTo(Map.of("a", "active", "b", "active", "c", "active"));
        }
    }

    private TestDatabase database() {
        TestDatabase database = TestDatabase.migrated();
        databases.add(database);
        return database;
    }

    private TestNode node(Map<String, String> settings) {
        return node(database(), settings);
    }

    private TestNode node(TestDatabase database, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S", "pool", "6"));
        all.putAll(settings);
        TestNode node = TestNode.start(database, all);
        nodes.add(node);
        return node;
    }

    private static Map<String, String> settings(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings;
    }

    private void stop(TestNode node) {
        nodes.remove(node);
        node.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100));
    }

    /** State by zone: here each server has a zone of its own. */
    private static Map<String, String> states(TestNode node) throws Exception {
        Map<String, String> states = new TreeMap<>();
        for (Document server : servers(node)) {
            states.put(server.text("Zone").orElseThrow(), server.text("State").orElseThrow());
        }
        return states;
    }

    private static Document server(TestNode node, String zone) throws Exception {
        return servers(node).stream().filter(server -> server.text("Zone").orElseThrow().equals(zone)).findFirst().orElseThrow();
    }

    private static List<Document> servers(TestNode node) throws Exception {
        HttpResponse<byte[]> answer = HTTP.send(HttpRequest.newBuilder(node.uri("/api/drive/servers")).build(),
                BodyHandlers.ofByteArray());
        OpenApi.check(answer);
        return Format.JSON.readDocuments(answer.body());
    }

    private static double counter(TestNode node, String series) throws IOException, InterruptedException {
        String metrics = HTTP.send(HttpRequest.newBuilder(node.uri("/metrics")).build(), BodyHandlers.ofString()).body();
        return metrics.lines().filter(line -> line.startsWith(series)).mapToDouble(line ->
                Double.parseDouble(line.substring(line.lastIndexOf(' ')))).findFirst().orElse(0);
    }
}
