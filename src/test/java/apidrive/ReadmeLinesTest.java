package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Every line of the README that speaks to a node does so as it says. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReadmeLinesTest {
    /** Sections of which so many blocks are executed, here or by the tests of what they are about. */
    private static final Map<String, Integer> EXECUTED = Map.of("API", 1, "Objects", 2, "Names", 1, "SOS door", 1, "dtfc door", 2,
            "Who may write", 1, "Administration", 1);
    /** Sections whose lines start nodes, which the tests of {@code launch} and {@code ops} do. */
    private static final Set<String> STARTING = Set.of("In five minutes", "Running it for real", "A network of nodes");

    @TempDir
    private Path folder;

    @Test
    void the_lines_on_the_api_do_what_they_say() throws Exception {
        try (TestNode node = TestNode.start()) {
            String lines = ReadmeLines.blocks("API").get(0).replaceFirst("(?m)^url=.*$", "url=" + node.uri(""));
            String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, lines);

            assertThat(out).contains("{\"Id\":\"039058c6-f2c0-8b49-ac53-3b0a4d14ef77\",", "\"Data\":\"AQID\"", "Lease-Expires: ",
                    "\"Total\":327680", "\"Score\":", "\"PartitionBits\":10", "\"openapi\"", "apidrive_slots_used");
            assertThat(out.lines().filter(line -> line.matches("[0-9a-f]{8}: .*")).count()).as("of xxd").isGreaterThan(8);
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).as("three bytes, and a chunk").isEqualTo(2);
        }
    }

    @Test
    void the_lines_on_administration_do_what_they_say() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "a key that the nodes of this test share, and long enough");
        try (TestNetwork network = TestNetwork.start(4, TestNetwork.closed(key))) {
            TestNode node = network.node(0);
            Web web = new Web(node);
            AdminCaller admin = new AdminCaller(node).signedIn();
            assertThat(web.call("POST", "/blob/note", "a note".getBytes(UTF_8)).statusCode()).isEqualTo(200);
            String root = web.stored("an object".getBytes(UTF_8));
            String id = keptElsewhere(node);
            network.stop(3);
            String server = dead(web);
            List<String> variables = List.of("url=" + node.uri(""), "root=" + root, "id=" + id, "server=" + server, "blob=note");
            String lines = ReadmeLines.blocks("Administration").get(0).replaceFirst("token=\\.\\.\\.", "token=" + admin.token("token"))
                    .replace("https://drive.example.org", network.node(1).uri("").toString());
            String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, String.join("\n", variables), lines);

            assertThat(out).contains("\"Name\":\"epoch\"", "data:", "192.0.2.7", "\"Part\":\"names\"", "/admin/#");
            assertThat(web.call("GET", "/blob/note", null).statusCode()).isEqualTo(404);
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->  // the others are told of the object's end soon after
                    assertThat(web.call("GET", "/api/drive/object/" + root, null).statusCode()).isEqualTo(404));
            assertThat(IntStream.range(0, 3).mapToLong(i -> copies(network.node(i), id)).sum()).as("copies of the deleted chunk").isZero();
            assertThat(node.database().texts("SELECT action FROM apidrive.audit ORDER BY number")).contains("run-job", "set-limit",
                    "delete-object", "delete-chunk", "join-network", "set-state", "forget-server", "delete-blob", "make-token",
                    "make-link");
        }
    }

    @Test
    void no_section_has_lines_that_no_test_executes() throws Exception {
        Map<String, Integer> sections = new TreeMap<>();
        Matcher headings = Pattern.compile("(?m)^## (.*)$").matcher(Files.readString(Path.of("README.md")));
        while (headings.find()) {
            int blocks = ReadmeLines.blocks(headings.group(1)).size();
            if (blocks > 0 && !STARTING.contains(headings.group(1))) {
                sections.put(headings.group(1), blocks);
            }
        }
        assertThat(sections).isEqualTo(EXECUTED);
    }

    /** A chunk that all its holders have, and this node is none of them. */
    private static String keptElsewhere(TestNode node) {
        return IntStream.range(0, 200).mapToObj(i -> Web.document(new Web(node).call("PUT", "/api/drive/chunk?ack=all",
                ("a chunk " + i).getBytes(UTF_8))).text("Id").orElseThrow()).filter(id -> copies(node, id) == 0).findFirst().orElseThrow();
    }

    private static long copies(TestNode node, String id) {
        return node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + id + "'");
    }

    /** The id of the one server that is dead by now. */
    private static String dead(Web web) {
        List<String> dead = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            dead.clear();
            for (Document server : Format.JSON.readDocuments(web.call("GET", "/api/drive/servers?state=dead", null).body())) {
                server.text("Id").ifPresent(dead::add);
            }
            assertThat(dead).hasSize(1);
        });
        return dead.get(0);
    }
}
