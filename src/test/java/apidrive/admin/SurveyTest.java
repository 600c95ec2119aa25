package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNetwork;
import apidrive.TestNode;

/** What views and metrics tell of the copies in a real network that loses one server after another. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SurveyTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int CHUNKS = 30;
    private static TestNetwork network;
    private static TestNode one;
    private static AdminCaller admin;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.start(3, Map.of("allow-private-peers", "true", "gossip-period", "PT0.1S", "pool", "6", "heal-delay", "PT1H"));
        one = network.node(0);
        admin = new AdminCaller(one).signedIn();
        for (int i = 0; i < CHUNKS; i++) {
            store("?ack=all", i);
        }
        store("?copies=1", CHUNKS);
    }

    @AfterAll
    static void stop() {
        network.close();
    }

    @Test
    @Order(1)
    void while_all_servers_are_there_every_chunk_has_its_copies_and_none_is_at_risk() throws SQLException {
        long alone = one.database().number("SELECT count(*) FROM apidrive.chunk WHERE copies = 1");
        soon(() -> {
            survey();
            assertThat(rows("SELECT wanted || '/' || known || ': ' || chunks FROM apidrive_view.copies WHERE wanted = 3"))
                    .containsExactly("3/3: " + CHUNKS);
            assertThat(rows("SELECT state || ' ' || chunks FROM apidrive_view.risk JOIN apidrive_view.peers USING (url, state) "
                    + "WHERE NOT is_this_node")).containsExactly("active 0", "active 0");  // a busy machine makes suspects
        });
        assertThat(rows("SELECT chunks::text FROM apidrive_view.risk JOIN apidrive_view.peers ON id = server WHERE is_this_node"))
                .as("what is kept here alone, as was wished").containsExactly(Long.toString(alone));
        tells("apidrive_copies_chunks{known=\"3\",wanted=\"3\"}", CHUNKS);
        assertThat(metric("apidrive_survey_age_seconds")).isBetween(0.0, 40.0);
    }

    @Test
    @Order(2)
    void once_compared_all_parts_are_whole() throws SQLException {
        soon(() -> {
            admin.send("POST", "network/sync", null);
            survey();
            assertThat(rows("SELECT whole || ' ' || parts FROM apidrive_view.parts")).containsExactly("3 1024");
        });
        assertThat(rows("SELECT COALESCE(error, 'done') || ' ' || (now() - at < interval '1 minute') FROM apidrive_view.comparisons"))
                .containsExactly("done true", "done true");
        tells("apidrive_parts{whole=\"3\"}", 1_024);
        tells("apidrive_compared_servers{outcome=\"failed\"}", 0);
        assertThat(rows("SELECT sum(chunks)::text FROM apidrive_view.parts"))
                .containsExactly(Long.toString(one.database().number("SELECT count(*) FROM apidrive.chunk")));
    }

    @Test
    @Order(3)
    void when_the_others_are_gone_all_would_be_lost_with_the_last_and_its_admin_is_told_the_same() throws SQLException {
        long kept = one.database().number("SELECT count(*) FROM apidrive.chunk");
        network.stop(1);
        network.stop(2);
        soon(() -> {
            survey();
            assertThat(rows("SELECT known || ': ' || chunks FROM apidrive_view.copies WHERE wanted = 3")).containsExactly("1: " + CHUNKS);
        });
        assertThat(rows("SELECT chunks::text FROM apidrive_view.risk WHERE chunks > 0")).containsExactly(Long.toString(kept));
        assertThat(rows("SELECT DISTINCT whole::text FROM apidrive_view.parts")).containsExactly("1");
        String id = document(admin.get("node")).text("Id").orElseThrow();
        tells("apidrive_risk_chunks{server=\"" + id + "\"}", kept);
        tells("apidrive_parts{whole=\"1\"}", 1_024);
        assertThat(metrics()).noneMatch(line -> line.startsWith("apidrive_parts{whole=\"3\"}"));
        assertThat(AdminCaller.text(admin.get("network/risk"))).contains("\"Away\":0", "\"Id\":\"" + id + "\",\"Chunks\":" + kept + "}");
    }

    @Test
    @Order(4)
    void every_metric_is_in_the_table_of_the_readme_and_every_one_there_is_told() throws Exception {
        Set<String> told = metrics().stream().filter(line -> line.startsWith("# TYPE apidrive_")).map(line -> line.split(" ")[2])
                .filter(name -> !name.endsWith("_max")).collect(Collectors.toCollection(TreeSet::new));
        Set<String> listed = Files.readString(Path.of("README.md")).lines()
                .filter(line -> line.startsWith("| `apidrive_")).flatMap(line -> Pattern.compile("`(apidrive_[a-z_]+)")
                        .matcher(line.split("\\|")[1]).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(told);
        String jobs = Files.readString(Path.of("README.md")).lines().filter(line -> line.contains("apidrive_job_steps_total")).findFirst().orElseThrow();
        assertThat(metrics()).filteredOn(line -> line.startsWith("apidrive_job_steps_total{")).isNotEmpty()
                .allSatisfy(line -> assertThat(jobs).contains("`" + line.replaceAll(".*job=\"([^\"]*)\".*", "$1") + "`"));
    }

    /** Has a survey made now; it is done some time after. */
    private static void survey() {
        assertThat(admin.send("POST", "jobs/survey/run", null).statusCode()).isLessThan(300);
    }

    private static void store(String query, int number) throws Exception {
        assertThat(HTTP.send(HttpRequest.newBuilder(one.uri("/api/drive/chunk" + query))
                .PUT(BodyPublishers.ofByteArray(("a chunk of the survey's test, number " + number).getBytes(UTF_8))).build(),
                BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }

    private static void soon(ThrowingRunnable holds) {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300)).untilAsserted(holds);
    }

    /** Soon, for while a survey is being shown its series are not there. */
    private static void tells(String series, double value) {
        soon(() -> assertThat(metric(series)).isEqualTo(value));
    }

    private static double metric(String series) {
        return metrics().stream().filter(line -> line.startsWith(series)).mapToDouble(line ->
                Double.parseDouble(line.substring(line.lastIndexOf(' ')))).findFirst().orElse(Double.NaN);
    }

    private static List<String> metrics() {
        return HTTP.sendAsync(HttpRequest.newBuilder(one.uri("/metrics")).build(), BodyHandlers.ofString()).join().body().lines().toList();
    }

    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = one.database().runner().getConnection(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
