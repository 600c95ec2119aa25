package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.wire.Chunk;

/** What operators of SOS type, against real nodes that are no network, as its blob servers were none. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OriginalWordsTest {
    private static final int CHUNKS = 5;
    private static final String COUNT = "SELECT count(*) FROM apidrive.chunk";

    @TempDir
    private Path folder;

    @Test
    void sos_17_servers_are_named_on_the_command_line_with_commas_between_them() throws Exception {
        try (TestNode one = TestNode.start(); TestNode two = TestNode.start(); TestNode three = TestNode.start()) {
            Path manifest = put(one.uri("") + "," + two.uri(""), 2);
            List.of(one, two).forEach(node -> assertThat(node.database().number(COUNT)).isEqualTo(CHUNKS));

            Cli.Run run = Cli.run("replicate", "--min-copies", 4, manifest, "--server", three.uri("") + ",http://127.0.0.1:1");
            assertThat(run.code()).isEqualTo(4);
            assertThat(three.database().number(COUNT)).as("both were asked").isEqualTo(CHUNKS);
        }
    }

    @Test
    void sos_24_verbose_tells_of_each_copy_and_abbreviates_and_help_is_the_manual() throws Exception {
        try (TestNode one = TestNode.start(); TestNode two = TestNode.start()) {
            Path manifest = put(one.uri("").toString(), 1);
            Cli.Run quiet = Cli.run("replicate", "--min-copies", 1, "--verbose", manifest);
            assertThat(quiet.err()).as("where nothing lacks there is nothing to tell").isEmpty();

            Cli.Run run = Cli.run("replicate", "--min-copies", 2, "-v", manifest, "--server", two.uri(""));
            assertThat(run.code()).as(run.err()).isZero();
            String[] lines = run.err().lines().filter(line -> line.startsWith("chunk ")).toArray(String[]::new);
            assertThat(lines).hasSize(CHUNKS);
            for (int order = 0; order < CHUNKS; order++) {
                assertThat(lines[order]).matches("chunk " + order + " \\([0-9a-f-]{36}\\) of file was on " + one.uri("") + "; copied to "
                        + two.uri(""));
            }
            assertThat(Cli.run("replicate", "--min-copies", 2, "-v", "-q", manifest).err()).isEmpty();
        }
        assertThat(Cli.run("replicate", "--help")).satisfies(help -> {
            assertThat(help.code()).isZero();
            assertThat(help.out()).contains("--min-copies=N", "-v, -verbose, --verbose", "--daemon=SECONDS");
            assertThat(Cli.run("help", "replicate").out()).as("which is the manual too").isEqualTo(help.out());
        });
    }

    @Test
    void sos_25_as_a_daemon_it_goes_on_until_it_is_told_to_end_also_past_a_round_that_fails() throws Exception {
        Map<String, String> uncached = Map.of("cache-bytes", "0");  // else a node has for a while what is lost behind its back
        try (TestNode one = TestNode.start(uncached); TestNode two = TestNode.start(uncached)) {
            Path manifest = put(one.uri("") + "," + two.uri(""), 2);
            Path log = folder.resolve("log");
            Process daemon = Cli.process(log, "replicate", "--min-copies", 2, "--daemon", 1, manifest);
            try {
                for (int times = 0; times < 2; times++) {
                    lose(two);
                    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(two.database().number(COUNT)).isEqualTo(CHUNKS));
                    int before = soundRounds(log);
                    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(soundRounds(log)).isGreaterThan(before));
                }
                Path aside = Files.move(manifest, folder.resolve("aside"));
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(log).content().contains("there is no file"));
                Files.move(aside, manifest);
                lose(two);
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(two.database().number(COUNT)).isEqualTo(CHUNKS));
                assertThat(daemon.isAlive()).isTrue();
            } finally {
                daemon.destroy();
                assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).as("SIGTERM ends it").isTrue();
            }
            assertThat(Cli.run("replicate", "--min-copies", 2, "--daemon", 0, manifest).code()).isEqualTo(2);
        }
    }

    @Test
    void sos_36_version_help_flags_and_commands_are_there_and_no_command_is_wrong_usage() {
        assertThat(Cli.run("version").out().lines()).singleElement().satisfies(line -> assertThat(line).startsWith("apidrive "));
        for (String verbose : List.of("--verbose", "-v", "-verbose")) {  // the last as Go has it
            assertThat(Cli.run("version", verbose).out().lines()).hasSize(2).last().satisfies(line ->
                    assertThat(line).startsWith("Runs with Java " + Runtime.version() + " on "));
        }
        assertThat(Cli.run("help").out()).contains("replicate", "Copies chunks that have too few copies");
        assertThat(Cli.run("commands").out().lines()).isSorted().contains("commands", "flags", "get", "help", "put", "replicate",
                "version");
        assertThat(Cli.run("flags").out().lines()).anyMatch(line -> line.startsWith("-h, --help\t"));
        assertThat(Cli.run("flags", "replicate").out().lines()).anyMatch(line -> line.startsWith("--min-copies=N\tHow many copies each"))
                .anyMatch(line -> line.matches("-v, .*verbose\tTell on stderr .*"));
        assertThat(Cli.run("flags", "nonsense")).satisfies(run -> {
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("there is no command 'nonsense'");
        });
        assertThat(Cli.run().code()).isEqualTo(2);
    }

    private Path put(String servers, int copies) throws Exception {
        Path file = Files.write(folder.resolve("file"), Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 1_000, 5));
        Cli.Run run = Cli.run("put", "--direct", file, "--server", servers, "--copies", copies, "--quiet");
        assertThat(run.code()).as(run.err()).isZero();
        return folder.resolve("file.apidrive");
    }

    /** Rounds that found nothing to do: before each the manifest was written, where it had to be. */
    private static int soundRounds(Path log) throws IOException {
        return Files.readString(log).split(" 0 had fewer than 2 copies", -1).length;
    }

    private static void lose(TestNode node) {
        node.database().execute("WITH gone AS (DELETE FROM apidrive.chunk) DELETE FROM apidrive.chunk_data");
    }
}
