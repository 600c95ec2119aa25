package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose PostgreSQL stops at once while sixteen clients store, and comes back. */
class PostgresCrashIT {
    private static final int ROUNDS = 3;
    private static final int WRITTEN_A_ROUND = 200;

    @TempDir
    private Path folder;

    @Test
    void meanwhile_it_answers_503_then_goes_on_by_itself_and_every_acknowledged_chunk_is_there() throws Exception {
        try (CrashablePostgres postgres = new CrashablePostgres(folder.resolve("pgdata"));
             Clients clients = new Clients();
             WarProcess node = begin(postgres)) {
            URI url = node.awaitUrl();
            for (int round = 1; round <= ROUNDS; round++) {
                int before = clients.acknowledged();
                long refused = clients.count(503);
                clients.start(url);
                soon().until(() -> clients.acknowledged() >= before + WRITTEN_A_ROUND);
                postgres.crash();
                soon().until(() -> clients.count(503) > refused);
                assertThat(ready(url)).isEqualTo(503);
                int during = clients.acknowledged();
                postgres.start();
                soon().until(() -> clients.acknowledged() > during);
                clients.stop();
                soon().until(() -> ready(url) == 200);
                assertThat(clients.missing(url)).as("after round %s", round).isEmpty();
            }
            assertThat(clients.count(500)).as("answers that nobody foresaw").isZero();
            assertThat(clients.count(0)).as("connections that broke").isZero();
        }
    }

    @Test
    void it_ends_in_good_order_also_while_its_database_is_away() throws Exception {
        try (CrashablePostgres postgres = new CrashablePostgres(folder.resolve("pgdata"));
             WarProcess node = begin(postgres)) {
            node.awaitUrl();
            postgres.crash();

            assertThat(node.stop()).isEqualTo(143);
            assertThat(node.output()).doesNotContain("Exception in thread");
        }
    }

    @Test
    void of_its_own_it_starts_another_in_place_of_one_that_was_killed() throws Exception {
        Path data = folder.resolve("data");
        try (Clients clients = new Clients();
             WarProcess node = WarProcess.begin(folder.resolve("log"), "--port", "0", "--data", data.toString(), "--cache-bytes", "0")) {
            URI url = node.awaitUrl();
            clients.start(url);
            soon().until(() -> clients.acknowledged() >= WRITTEN_A_ROUND);
            long refused = clients.count(503);
            ProcessHandle.of(postmaster(data)).orElseThrow().destroyForcibly();
            soon().until(() -> clients.count(503) > refused);
            int during = clients.acknowledged();

            soon().until(() -> clients.acknowledged() > during);
            clients.stop();
            soon().until(() -> ready(url) == 200);
            assertThat(clients.missing(url)).isEmpty();
            assertThat(clients.count(500)).as("answers that nobody foresaw").isZero();
            assertThat(node.stop()).isEqualTo(143);
            assertThat(node.output()).contains("PostgreSQL has ended", "PostgreSQL runs again").doesNotContain("Exception in thread");
        }
    }

    private static long postmaster(Path data) throws Exception {
        try (Stream<Path> files = Files.find(data, 2, (path, file) -> path.endsWith("postmaster.pid"))) {
            return Long.parseLong(Files.readAllLines(files.findFirst().orElseThrow()).get(0).strip());
        }
    }

    private WarProcess begin(CrashablePostgres postgres) throws Exception {
        return WarProcess.begin(folder.resolve("log"), "--port", "0", "--data", folder.resolve("data").toString(),
                "--jdbc-url", postgres.jdbcUrl(), "--jdbc-user", CrashablePostgres.RUNNER,
                "--jdbc-owner", CrashablePostgres.OWNER, "--cache-bytes", "0");
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static int ready(URI node) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(node + "/health/ready")).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
