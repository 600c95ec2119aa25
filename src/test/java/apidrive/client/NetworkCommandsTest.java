package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.access.AdminTokens;
import apidrive.sql.Database;

/** {@code servers}, {@code join}, {@code state} and {@code drain} on two real nodes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkCommandsTest {
    private static final Map<String, String> LAB = Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S", "pool", "6");

    @TempDir
    private static Path folder;
    private static TestNode one;
    private static TestNode two;
    private static Path token;

    @BeforeAll
    static void start() throws IOException {
        one = TestNode.start(LAB);
        two = TestNode.start(LAB);
        Database database = new Database(one.database().runner());
        token = Files.writeString(folder.resolve("token"),
                database.inTransaction(connection -> new AdminTokens(database).make(connection, "test", Instant.now())) + "\n");
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
    }

    @Test
    void a_server_joins_is_listed_and_changes_its_state() {
        Cli.Run joined = Cli.run("join", two.uri(""), "--server", one.uri(""), "--token-file", token);
        assertThat(joined.err()).isEmpty();
        assertThat(joined.code()).isZero();
        assertThat(joined.out()).contains(two.uri("") + " joined, server ");
        soon().untilAsserted(() -> assertThat(Cli.run("servers", "--server", two.uri("")).out())
                .contains("URL", "GROUP", "HEARD", one.uri("").toString(), two.uri("").toString()));

        Cli.Run state = Cli.run("state", "read-only", "--server", one.uri(""), "--token-file", token);
        assertThat(state.code()).as(state.err()).isZero();
        assertThat(state.out()).isEqualTo("read-only\n");
        soon().untilAsserted(() -> assertThat(listed(two, "read-only")).contains(one.uri("").toString()));
        assertThat(listed(two, "active")).contains(two.uri("").toString()).doesNotContain(one.uri("").toString());

        assertThat(Cli.run("drain", "--server", one.uri(""), "--token-file", token).out()).isEqualTo("draining\n");
        soon().untilAsserted(() -> assertThat(listed(two, "draining")).contains(one.uri("").toString()));
        assertThat(one.database().number("SELECT count(*) FROM apidrive_view.audit WHERE action = 'set-state' AND outcome = 'done'"
                + " AND actor = 'test'")).isEqualTo(2);
        assertThat(one.database().number("SELECT count(*) FROM apidrive.node WHERE declared = 'draining'")).isEqualTo(1);
        assertThat(Cli.run("state", "active", "--server", one.uri(""), "--token-file", token).code()).isZero();
        soon().untilAsserted(() -> assertThat(listed(two, "active")).contains(one.uri("").toString()));
    }

    @Test
    void what_does_not_come_about_is_told_by_words_and_exit_code() throws IOException {
        URI nobody = URI.create("http://127.0.0.1:1");
        assertThat(Cli.run("join", nobody, "--server", one.uri(""), "--token-file", token))
                .satisfies(run -> assertThat(run.code()).isEqualTo(1))
                .satisfies(run -> assertThat(run.out()).contains(nobody + " not joined"));
        assertThat(Cli.run("join", nobody, two.uri(""), "--server", one.uri(""), "--token-file", token, "--json").code())
                .isEqualTo(3);
        Cli.Run refused = Cli.run("join", "http://169.254.169.254", "--server", one.uri(""), "--token-file", token);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("where no node can be");
        Path wrong = Files.writeString(folder.resolve("wrong"), "apidrive_nonsense");
        assertThat(Cli.run("state", "left", "--server", one.uri(""), "--token-file", wrong))
                .satisfies(run -> assertThat(run.code()).isEqualTo(1))
                .satisfies(run -> assertThat(run.err()).contains("401"));
        assertThat(Cli.run("state", "dead", "--server", one.uri(""), "--token-file", token).code()).isEqualTo(2);
    }

    @Test
    void a_server_is_told_to_compare_and_is_waited_for() {
        Cli.Run run = Cli.run("sync", "--server", one.uri(""), "--token-file", token, "--wait", "60");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("0 copies are to be made");
    }

    @Test
    void the_list_is_json_for_programs() {
        Cli.Run run = Cli.run("servers", "--server", one.uri(""), "--near", "--json");

        assertThat(run.code()).isZero();
        assertThat(run.out().strip()).startsWith("[{\"Id\":").endsWith("}]");
    }

    private static String listed(TestNode node, String state) {
        return Cli.run("servers", "--server", node.uri(""), "--state", state, "--zone", "default").out();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200));
    }
}
