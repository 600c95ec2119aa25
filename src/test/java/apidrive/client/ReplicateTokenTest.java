package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** Copies of what two real nodes keep that demand a token of whoever writes. */
@Timeout(120)
class ReplicateTokenTest {
    private static final int CHUNKS = 20;
    private static final String COUNT = "SELECT count(*) FROM apidrive.chunk";
    private static final Map<String, String> SETTINGS = Map.of("write-tokens", "true", "allow-private-peers", "true", "gossip-period",
            "PT0.1S");

    @TempDir
    private Path folder;
    private TestNode one;
    private TestNode two;
    private Path writer;
    private Path manifest;

    @BeforeEach
    void start() throws Exception {
        one = TestNode.start(SETTINGS);
        Map<String, String> joining = new HashMap<>(SETTINGS);
        joining.put("join", one.uri("").toString());
        two = TestNode.start(joining);
        List<TestNode> nodes = List.of(one, two);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(nodes).allSatisfy(node ->
                assertThat(Cli.run("servers", "--server", node.uri(""), "--json").out().split("\"State\":\"active\"", -1)).hasSize(3)));
        String token = new AdminCaller(one).signedIn().token("writer");
        assertThat(new AdminCaller(two).signedIn().send("POST", "tokens", new Document().with("Name", "of the other")
                .with("Kind", "writer").with("Token", token)).statusCode()).isEqualTo(200);
        writer = Files.writeString(folder.resolve("writer"), token);
        Path file = Files.write(folder.resolve("film.bin"), Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 77, 12));
        manifest = folder.resolve("film.bin.apidrive");
        Cli.Run put = Cli.run("put", file, "--server", one.uri(""), "--copies", 1, "--token-file", writer);
        assertThat(put.code()).as(put.err()).isZero();
        assertThat(one.database().number(COUNT) + two.database().number(COUNT)).isEqualTo(CHUNKS);
    }

    @AfterEach
    void stop() {
        two.close();
        one.close();
    }

    @Test
    void copies_are_made_for_whoever_brings_the_token_alone() {
        assertThat(Cli.run("replicate", "--min-copies", 2, manifest, "--patience", 0))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(4))
                .satisfies(refused -> assertThat(refused.out() + refused.err()).contains("401"));

        Cli.Run run = Cli.run("replicate", "--min-copies", 2, manifest, "--token-file", writer);

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(List.of(one, two)).allSatisfy(node -> assertThat(node.database().number(COUNT)).isEqualTo(CHUNKS));
    }

    @Test
    void of_all_that_a_server_keeps_copies_are_made_with_a_writers_token_beside_an_administrators() throws Exception {
        Path administrator = Files.writeString(folder.resolve("administrator"), new AdminCaller(one).signedIn().token("token"));
        long kept = one.database().number(COUNT);
        long others = two.database().number(COUNT);
        assertThat(kept).as("what is on the other belongs there").isBetween(1L, CHUNKS - 1L);
        Object[] all = {"replicate", "--min-copies", 2, "--all", "--server", one.uri(""), "--token-file", administrator, "--patience", 0};
        assertThat(Cli.run(all).code()).as("the administrator's goes to nobody else").isEqualTo(4);
        assertThat(two.database().number(COUNT)).isEqualTo(others);

        Cli.Run run = Cli.run("replicate", "--min-copies", 2, "--all", "--server", one.uri(""), "--token-file", administrator,
                "--writer-token-file", writer);

        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(two.database().number(COUNT)).isEqualTo(CHUNKS);
    }
}
