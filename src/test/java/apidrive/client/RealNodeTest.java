package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.wire.Chunk;

/** The whole way through real nodes on a real PostgreSQL. */
@Timeout(120)
class RealNodeTest {
    private static final int CHUNKS = 1_200;
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 77, 4);

    @TempDir
    private Path folder;

    @Test
    void a_file_on_two_nodes_survives_the_loss_of_one() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        Path manifest = folder.resolve("film.bin.apidrive");
        try (TestNode two = TestNode.start()) {
            try (TestNode one = TestNode.start()) {
                assertThat(Cli.run("put", file, "--server", one.uri(""), "--server", two.uri("")).code()).isZero();
                assertThat(one.database().number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(CHUNKS);
                assertThat(Cli.run("get", manifest, "--out", folder.resolve("a")).code()).isZero();
                assertThat(folder.resolve("a")).hasBinaryContent(DATA);
                assertThat(Cli.run("verify", manifest, "--copies", 2).code()).isZero();
                assertThat(Cli.run("verify", manifest, "--copies", 2, "--deep").code()).isZero();
                assertThat(Cli.run("renew", manifest).out()).contains(2 * CHUNKS + " copies of " + CHUNKS);
                assertThat(Cli.run("slots", "--server", one.uri("")).out()).contains("used " + CHUNKS, "lifetime P30D");
                assertThat(Cli.run("servers", "--server", one.uri("")).out()).contains("active");
            }
            assertThat(Cli.run("get", manifest, "--out", folder.resolve("b")).code()).isZero();
            assertThat(folder.resolve("b")).hasBinaryContent(DATA);
            Cli.Run verify = Cli.run("verify", manifest, "--copies", 2);
            assertThat(verify.code()).isEqualTo(4);
            assertThat(verify.out()).contains(CHUNKS + " with 1 live copy");
        }
    }

    @Test
    void a_put_that_was_killed_goes_on_where_it_ended() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        Path journal = folder.resolve("film.bin.apidrive.part");
        try (TestNode node = TestNode.start()) {
            Process process = Cli.process(folder.resolve("log"), "put", file, "--server", node.uri(""), "--connections", 1);
            await().atMost(30, TimeUnit.SECONDS).pollInterval(5, TimeUnit.MILLISECONDS)
                    .until(() -> Files.exists(journal) && Files.size(journal) > 1_000);
            process.destroyForcibly().waitFor();
            long kept = node.database().number("SELECT count(*) FROM apidrive.chunk");
            assertThat(kept).as("killed before it was done").isPositive().isLessThan(CHUNKS);

            Cli.Run run = Cli.run("put", file, "--server", node.uri(""), "--json");
            assertThat(run.code()).isZero();
            assertThat(run.file().number("CopiesStoredBefore").getAsLong()).isBetween(kept - 32, kept);
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(CHUNKS);
            assertThat(Cli.run("get", folder.resolve("film.bin.apidrive"), "--out", folder.resolve("a")).code()).isZero();
            assertThat(folder.resolve("a")).hasBinaryContent(DATA);
        }
    }

    @Test
    void a_full_node_ends_the_put_with_its_words_and_nothing_is_lost() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        try (TestNode node = TestNode.start(Map.of("slots", "100"))) {
            Cli.Run run = Cli.run("put", file, "--server", node.uri(""));
            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err()).contains("507");
            try (TestNode other = TestNode.start()) {
                assertThat(Cli.run("put", file, "--copies", 1, "--server", node.uri(""), "--server", other.uri("")).code()).isZero();
                assertThat(other.database().number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(CHUNKS - 100);
            }
        }
    }

    @Test
    void the_quota_of_a_node_ends_the_put_where_patience_ends() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        try (TestNode node = TestNode.start(Map.of("rate-chunks", "50", "rate-period", "PT1H"))) {
            Cli.Run run = Cli.run("put", file, "--server", node.uri(""), "--patience", 3);
            assertThat(run.code()).isEqualTo(3);
            assertThat(run.err()).contains("429", "--patience");
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).isEqualTo(50);
        }
    }
}
