package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.access.AdminTokens;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.sql.Database;
import apidrive.wire.Chunk;

/** The client with a network of real nodes. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealNetworkTest {
    private static final int NODES = 4;
    private static final int CHUNKS = 150;
    private static final int PAGE = 1_000;
    private static final int SENDERS = 16;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 77, 11);
    /** Stored a minute ago: nodes compare at once what is not so fresh that it may be on its way. */
    private static final String SETTLE = "UPDATE apidrive.chunk SET stored_at = stored_at - interval '1 minute'";
    private static final String COUNT = "SELECT count(*) FROM apidrive.chunk";

    @TempDir
    private Path folder;
    private Path file;
    private Path manifestPath;
    private final List<TestNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        file = Files.write(folder.resolve("film.bin"), DATA);
        manifestPath = folder.resolve("film.bin.apidrive");
        for (int i = 0; i < NODES; i++) {
            Map<String, String> settings = new HashMap<>(Map.of("zone", "z" + i % 3, "allow-private-peers", "true",
                    "gossip-period", "PT0.1S", "heal-delay", "PT2S", "slots", "2000"));
            if (i > 0) {
                settings.put("join", nodes.get(0).uri("").toString());
            }
            nodes.add(TestNode.start(settings));
        }
        soon().untilAsserted(() -> nodes.forEach(node -> assertThat(Cli.run("servers", "--server", node.uri(""), "--json").out()
                .split("\"State\":\"active\"", -1)).hasSize(NODES + 1)));
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void a_file_put_by_any_node_is_kept_thrice_and_its_manifest_names_who_keeps_it() throws Exception {
        Cli.Run run = Cli.run("put", file, "--server", nodes.get(3).uri(""), "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.file().text("Network")).contains("default");
        assertThat(run.file().number("FewestHolders").getAsLong()).isGreaterThanOrEqualTo(2);
        Manifest manifest = manifest();
        for (int order = 0; order < CHUNKS; order++) {
            for (URI place : manifest.urls(order)) {
                assertThat(nodeOf(place).database().number(COUNT + " WHERE id = '" + manifest.id(order) + "'")).isOne();
            }
        }
        soon().untilAsserted(() -> assertThat(nodes.stream().mapToLong(node -> node.database().number(COUNT)).sum())
                .isEqualTo(3 * CHUNKS));
    }

    @Test
    void all_copies_before_the_answer_are_made_where_they_are_wished_for() throws Exception {
        assertThat(Cli.run("put", file, "--server", nodes.get(0).uri(""), "--copies", 4, "--ack", "all").code()).isZero();

        assertThat(nodes).allSatisfy(node -> assertThat(node.database().number(COUNT)).isEqualTo(CHUNKS));
        Manifest manifest = manifest();
        assertThat(IntStream.range(0, CHUNKS).boxed()).allSatisfy(order -> assertThat(manifest.urls(order)).hasSize(4));
    }

    @Test
    void after_the_loss_of_two_of_four_everything_is_found_checked_and_renewed() throws Exception {
        assertThat(Cli.run("put", file, "--server", nodes.get(0).uri(""), "--ack", "all").code()).isZero();
        nodes.forEach(node -> node.database().execute(SETTLE));
        nodes.remove(0).close();
        nodes.remove(0).close();

        Cli.Run get = Cli.run("get", manifestPath, "--out", folder.resolve("back"));
        assertThat(get.code()).as(get.err()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
        soon().untilAsserted(() -> assertThat(nodes).allSatisfy(node ->
                assertThat(node.database().number(COUNT)).as("healed").isEqualTo(CHUNKS)));
        Cli.Run verify = Cli.run("verify", manifestPath, "--copies", 2);
        assertThat(verify.code()).as(verify.out() + verify.err()).isZero();
        assertThat(Cli.run("verify", manifestPath, "--copies", 3).code()).as("two are left").isEqualTo(4);
        Cli.Run renew = Cli.run("renew", manifestPath);
        assertThat(renew.code()).as(renew.out() + renew.err()).isZero();
    }

    @Test
    void replicate_makes_more_copies_than_the_network_would() throws Exception {
        assertThat(Cli.run("put", file, "--server", nodes.get(0).uri("")).code()).isZero();

        Cli.Run run = Cli.run("replicate", "--min-copies", 4, manifestPath);

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(nodes).allSatisfy(node -> assertThat(node.database().number(COUNT)).isEqualTo(CHUNKS));
    }

    @Test
    void replicate_takes_all_that_a_server_keeps_page_by_page_and_tells_of_each_that_lacks_copies() throws Exception {
        storeSmall(nodes.get(1), PAGE + 500);
        TestNode alone = nodes.get(1);  // in its zone, so that it keeps a copy of everything
        String token = token(alone);
        long kept = alone.database().number(COUNT);
        assertThat(kept).as("more than a page").isGreaterThan(PAGE);
        String ended = ids(alone).iterator().next();
        nodes.forEach(node -> node.database().execute(
                "UPDATE apidrive.chunk SET expires_at = now() - interval '1 minute' WHERE id = '" + ended + "'"));

        Cli.Run run = Cli.run("replicate", "--min-copies", 4, "--all", "--server", alone.uri(""), "--token-file", token, "--json");

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.file().number("Chunks")).as("but for the one whose lease has ended").hasValue(kept - 1);
        for (TestNode node : nodes) {
            assertThat(ids(node)).containsAll(ids(alone));
        }
        assertThat(Cli.run("replicate", "--min-copies", 5, "--all", "--server", alone.uri(""), "--token-file", token).code())
                .as("there are four servers").isEqualTo(4);
        assertThat(Cli.run("replicate", "--min-copies", 1, "--all", "--server", nodes.get(0).uri(""), "--token-file", token))
                .satisfies(refused -> assertThat(refused.code()).as("its token is another").isEqualTo(1))
                .satisfies(refused -> assertThat(refused.err()).contains("401"));
    }

    /** So many chunks, as many senders as a busy server has. */
    private static void storeSmall(TestNode node, int count) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try {
            for (Future<Void> sent : senders.invokeAll(IntStream.range(0, count).<Callable<Void>>mapToObj(i -> () -> {
                store(node, "a small chunk, number " + i);
                return null;
            }).toList())) {
                sent.get();
            }
        } finally {
            senders.shutdownNow();
        }
    }

    private static void store(TestNode node, String text) throws Exception {
        assertThat(HTTP.send(HttpRequest.newBuilder(node.uri("/api/drive/chunk?copies=3&ack=all")).PUT(BodyPublishers.ofString(text)).build(),
                BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }

    /** Of its chunks that are alive. */
    private static Set<String> ids(TestNode node) throws SQLException {
        try (Connection connection = node.database().runner().getConnection(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery("SELECT id FROM apidrive_view.chunks WHERE live")) {
            Set<String> ids = new HashSet<>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }

    /** A file with an admin token of this node. */
    private String token(TestNode node) throws Exception {
        Database database = new Database(node.database().runner());
        return Files.writeString(folder.resolve("token"), database.inTransaction(connection ->
                new AdminTokens(database).make(connection, "test", Instant.now()))).toString();
    }

    private TestNode nodeOf(URI place) {
        return nodes.stream().filter(node -> node.uri("/api/drive/retrieve").equals(place)).findFirst().orElseThrow();
    }

    private Manifest manifest() throws Exception {
        return ManifestReader.read(Files.newInputStream(manifestPath)).get(0);
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(200));
    }
}
