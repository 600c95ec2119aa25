package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static apidrive.admin.AdminCaller.documents;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.util.DefaultLocale;

import apidrive.OpenApi;
import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.peer.Announcement;
import apidrive.peer.Declared;
import apidrive.peer.Member;
import apidrive.peer.NodeKey;
import apidrive.peer.Observed;
import apidrive.peer.PeerStore;
import apidrive.peer.Profile;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** What {@code /api/admin} answers is what the OpenAPI document says; {@link AdminCaller} compares them. */
@Timeout(120)
class AdminAnswersTest {
    private static final int MOST_STREAMS = 16;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static TestNode node;
    private static Announcement dead;
    private AdminCaller admin;

    @BeforeAll
    static void start() {
        TestDatabase database = TestDatabase.migrated();
        Profile gone = new Profile(URI.create("http://127.0.0.1:1"), "", "", 1, 1, false, Declared.LEFT, "1");
        dead = Announcement.sign(NodeKey.generate(new SecureRandom()), "default", gone, 1);
        new PeerStore(new Database(database.runner())).save("default", List.of(new Member(dead, Observed.DEAD, Duration.ZERO,
                Optional.empty(), Optional.empty(), false)), List.of());
        node = TestNode.start(database, Map.of("allow-private-peers", "true"));
    }

    @AfterAll
    static void stop() {
        node.close();
        node.database().close();
    }

    @BeforeEach
    void signIn() {
        admin = new AdminCaller(node).signedIn();
    }

    @Test
    void every_operation_is_answered_as_described() throws Exception {
        String chunk = stored("described");
        Document client = new Document().with("Client", "192.0.2.7");
        Awaitility.await().until(() -> !documents(admin.get("history")).isEmpty());

        Set<String> done = new TreeSet<>(Set.of("events"));  // which the next test reads
        for (String path : List.of("session", "tokens", "node", "slots", "settings", "history", "jobs", "chunks?limit=1",
                "chunks?id=" + chunk.substring(0, 3), "database", "network/repair", "network/partitions", "network/heal",
                "network/risk")) {
            done(done, admin.get(path));
        }
        done(done, admin.send("HEAD", "events", null));
        done(done, admin.signIn(admin.linkToken()));
        done(done, admin.send("POST", "links", new Document().with("Name", "for Ada")));
        Document token = document(done(done, admin.send("POST", "tokens", new Document().with("Name", "nightly"))));
        done(done, new AdminCaller(node).with(token.text("Token").orElseThrow()).get("session"));
        done(done, admin.get("tokens"));
        done(done, admin.delete("tokens/" + documents(admin.get("tokens")).get(0).text("Id").orElseThrow()));
        done(done, admin.send("POST", "jobs/epoch/run", null));
        done(done, admin.send("POST", "network/sync", null));
        done(done, admin.send("POST", "network/scrub", null));
        done(done, admin.send("PUT", "limits", client.with("Chunks", 5)));
        done(done, admin.send("PUT", "limits", client.with("Chunks", null)));
        done(done, admin.get("clients"));
        done(done, admin.delete("limits?client=192.0.2.7"));
        done(done, admin.get("dtfc/verbs"));
        done(done, admin.put("dtfc/verbs/put", new Document().with("Off", false)));
        done(done, admin.get("dtfc/marks/" + "0f".repeat(64)));
        done(done, admin.put("dtfc/marks/" + "0f".repeat(64), new Document().with("Status", 404)));
        done(done, admin.delete("dtfc/marks/" + "0f".repeat(64)));
        done(done, admin.send("POST", "dtfc/purge", null));
        for (String part : List.of("names", "chunks", "leases", "holders", "slots", "usage")) {
            done(done, admin.send("POST", "fsck", new Document().with("Part", part).with("After", "").with("Repair", true)));
        }
        assertThat(new Web(node).call("POST", "/blob/described", new byte[1]).statusCode()).isEqualTo(200);
        done(done, admin.delete("sos/described"));
        done(done, admin.send("POST", "chunks/" + chunk + "/renew", null));
        done(done, admin.delete("chunks/" + chunk));
        String root = putObject("described.txt", "an object that is described");
        done(done, admin.get("objects?prefix=described&least=1&most=100&from=2026-01-01&before=2999-01-01T00:00:00Z"));
        done(done, admin.get("objects?kind=names&key=colour&value=red"));
        done(done, admin.get("objects/" + root));
        done(done, admin.get("objects/" + root + "/copies"));
        done(done, admin.delete("objects/" + root));
        done(done, admin.get("network"));
        done(done, admin.send("POST", "network/join", new Document().with("Urls", List.of(node.uri("").toString(),
                "http://127.0.0.1:1"))));
        done(done, admin.send("PUT", "network/state", new Document().with("State", "read-only")));
        assertThat(document(admin.get("node")).text("State")).contains("read-only");
        done(done, admin.delete("network/servers/" + dead.id()));
        done(done, admin.get("audit"));
        done(done, admin.delete("session"));

        assertThat(done).isEqualTo(OpenApi.operations("administration"));
    }

    @Test
    void events_are_samples_and_the_seventeenth_stream_is_refused() throws Exception {
        List<InputStream> streams = allStreams();
        try {
            assertThat(admin.get("events").statusCode()).isEqualTo(503);
            admin.send("POST", "jobs/history/run", null);
            String data = new BufferedReader(new InputStreamReader(streams.get(0), UTF_8)).lines()
                    .filter(line -> line.startsWith("data: ")).findFirst().orElseThrow();
            assertThat(OpenApi.faults("Sample", data.substring("data: ".length()))).isEmpty();
        } finally {
            close(streams);
        }
    }

    @Test
    void a_browser_that_goes_away_frees_its_stream_and_fills_no_log() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Handler handler = new StreamHandler(log, new SimpleFormatter());
        Logger jaxRs = Logger.getLogger("org.glassfish.jersey");
        jaxRs.addHandler(handler);
        try {
            close(allStreams());
            close(allStreams());
        } finally {
            jaxRs.removeHandler(handler);
        }
        handler.flush();
        assertThat(log.toString(UTF_8)).isEmpty();
    }

    @Test
    void what_cannot_be_done_to_the_network_is_refused_as_described() {
        for (Document wrong : List.of(new Document(), new Document().with("Urls", List.of()),
                new Document().with("Urls", "http://one.example"), new Document().with("Urls", List.of(7)),
                new Document().with("Urls", List.of("ftp://one.example")))) {
            assertThat(admin.send("POST", "network/join", wrong).statusCode()).isEqualTo(400);
        }
        assertThat(admin.send("PUT", "network/state", new Document().with("State", "dead")).statusCode()).isEqualTo(400);
        assertThat(admin.delete("network/servers/nonsense").statusCode()).isEqualTo(400);
        assertThat(admin.delete("network/servers/00000000-0000-8000-8000-000000000001").statusCode()).isEqualTo(404);
    }

    @Test
    void a_query_that_is_no_number_is_malformed_and_one_out_of_range_is_brought_into_it() throws Exception {
        stored("one");
        stored("two");
        for (String path : List.of("chunks?limit=many", "audit?limit=1.5", "audit?before=yesterday", "chunks?after=nonsense",
                "objects?kind=all", "objects?least=few", "objects?least=5&most=4", "objects?from=yesterday", "objects?value=red",
                "objects?after=%00", "objects/nonsense", "objects/" + putObject("range.txt", "range") + "/copies?from=2")) {
            assertThat(admin.get(path).statusCode()).as(path).isEqualTo(400);
        }
        assertThat(documents(admin.get("audit?limit=0"))).hasSize(1);
        assertThat(documents(admin.get("audit?limit=99999999999"))).isNotEmpty();
    }

    @Test
    void no_body_is_an_empty_one_and_one_that_is_not_json_is_refused() {
        assertThat(admin.send("POST", "session", null).statusCode()).isEqualTo(401);
        for (String path : List.of("tokens", "links")) {
            assertThat(admin.send("POST", path, null).statusCode()).as(path).isEqualTo(400);
            assertThat(admin.send("POST", path, null, request -> request.header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("{\"Name\":\"x\"}"))).statusCode()).as(path).isEqualTo(415);
            assertThat(admin.send("POST", path, null, request -> request.POST(BodyPublishers.ofString("{\"Name\":\"x\"}")))
                    .statusCode()).as(path + " of no type").isEqualTo(415);
        }
        assertThat(admin.send("PUT", "limits", null).statusCode()).isEqualTo(400);
    }

    @Test
    void a_part_or_a_place_that_there_is_not_is_malformed() {
        assertThat(admin.send("POST", "fsck", null).statusCode()).isEqualTo(400);
        for (String[] wrong : new String[][] {{"names", "nonsense"}, {"names", "5:nonsense/files/a"}, {"names", "/FILES/a"},
            {"chunks", "nonsense"}, {"leases", "nonsense"}, {"leases", "1/2"}, {"holders", "nonsense"}}) {
            assertThat(admin.send("POST", "fsck", new Document().with("Part", wrong[0]).with("After", wrong[1])).statusCode())
                    .as(wrong[1]).isEqualTo(400);
        }
    }

    @Test
    void a_limit_that_is_not_told_is_not_no_limit() {
        assertThat(admin.send("PUT", "limits", new Document().with("Client", "192.0.2.8").with("Chunk", 5)).statusCode())
                .isEqualTo(400);
    }

    @Test
    @DefaultLocale("tr-TR")
    void answers_are_the_same_wherever_the_node_stands() {
        assertThat(admin.get("settings").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> done(Set<String> operations, HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(answer.toString()).isBetween(200, 299);
        operations.add(OpenApi.operation(answer));
        return answer;
    }

    /** Opens as many as there may be, once others have ended: that a browser is gone shows when a sample is written to it. */
    private List<InputStream> allStreams() {
        List<InputStream> streams = new ArrayList<>();
        Awaitility.await().untilAsserted(() -> {
            admin.send("POST", "jobs/history/run", null);
            while (streams.size() < MOST_STREAMS) {
                streams.add(events());
            }
        });
        return streams;
    }

    private InputStream events() throws Exception {
        HttpResponse<InputStream> stream = CLIENT.send(admin.request("events").build(), BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        return stream.body();
    }

    private static void close(List<InputStream> streams) throws IOException {
        for (InputStream stream : streams) {
            stream.close();
        }
    }

    @Test
    void an_object_that_is_not_known_is_told_to_be_unknown() {
        for (String id : List.of("0b41d7a2-9a0d-8c1e-b1f4-5d6c7e8f9a0b", "0f".repeat(20), "0f".repeat(32), "0f".repeat(64))) {
            assertThat(admin.get("objects/" + id).statusCode()).isEqualTo(404);
            assertThat(admin.get("objects/" + id + "/copies").statusCode()).isEqualTo(404);
            assertThat(admin.delete("objects/" + id).statusCode()).isEqualTo(404);
        }
    }

    /** The root of an object that has a name as well. */
    private static String putObject(String name, String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.uri("/api/drive/name/files/" + name)).header("Apidrive-Meta-Colour", "red")
                .PUT(BodyPublishers.ofString(text)).build();
        HttpResponse<byte[]> answer = CLIENT.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isBetween(200, 201);
        return document(answer).text("Root").orElseThrow();
    }

    private static String stored(String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.uri("/api/drive/chunk")).PUT(BodyPublishers.ofString(text)).build();
        assertThat(CLIENT.send(request, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
        return Chunk.of(text.getBytes(UTF_8)).id().toString();
    }
}
