package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static apidrive.admin.AdminCaller.documents;
import static apidrive.admin.AdminCaller.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;

@Timeout(120)
class AdminApiTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static TestNode node;
    private AdminCaller admin;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of("rate-chunks", "100", "slots", "1000"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void signIn() {
        admin = new AdminCaller(node).signedIn();
    }

    @Test
    void the_node_tells_its_room_and_when_it_falls_due() {
        store("due one");
        Document slots = document(admin.get("slots"));
        List<Document> days = list(slots, "Calendar");

        assertThat(slots.number("Total")).hasValue(1_000);
        assertThat(slots.get("Usage", Document.class).flatMap(usage -> usage.get("PhysicalBytes", Long.class)).orElseThrow())
                .isEqualTo(days.stream().mapToLong(day -> day.number("Bytes").getAsLong()).sum());
        assertThat(days).isNotEmpty();
        assertThat(days.stream().mapToLong(day -> day.number("Chunks").getAsLong()).sum())
                .isEqualTo(slots.number("Used").getAsLong());
        assertThat(document(admin.get("node")).text("Version")).isPresent();
        assertThat(admin.get("slots").headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void settings_tell_where_each_came_from_and_no_password() {
        List<Document> settings = documents(admin.get("settings"));

        assertThat(value(settings, "APIDRIVE_RATE_CHUNKS").text("Value")).contains("100");
        assertThat(value(settings, "APIDRIVE_RATE_CHUNKS").text("Origin")).contains("environment");
        assertThat(value(settings, "APIDRIVE_ZONE").text("Origin")).contains("default");
        assertThat(value(settings, "APIDRIVE_JDBC_PASSWORD_FILE").text("Value")).as("a file, never what it holds").contains("");
    }

    @Test
    void chunks_come_by_pages_of_their_key_and_by_the_beginning_of_their_id() {
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            stored.add(store("page " + i).toString());
        }
        List<String> seen = new ArrayList<>();
        String after = "";
        for (int pages = 0; pages < 100 && after != null; pages++) {
            Document page = document(admin.get("chunks?limit=3&after=" + after));
            list(page, "Chunks").forEach(chunk -> seen.add(chunk.text("Id").orElseThrow()));
            after = page.text("Next").orElse(null);
        }
        assertThat(seen).containsAll(stored).isSorted().doesNotHaveDuplicates();

        String whole = stored.get(3);
        assertThat(list(document(admin.get("chunks?id=" + whole)), "Chunks")).hasSize(1);
        assertThat(list(document(admin.get("chunks?id=" + whole.substring(0, 10).toUpperCase())), "Chunks"))
                .extracting(chunk -> chunk.text("Id").orElseThrow()).containsExactly(whole);
        assertThat(admin.get("chunks?id=xyz").statusCode()).isEqualTo(400);
        assertThat(list(document(admin.get("chunks?id=" + "f".repeat(32))), "Chunks")).isEmpty();
    }

    @Test
    void a_chunk_is_renewed_and_its_row_says_when_its_bytes_were_last_checked() {
        ChunkId id = store("renewed");
        node.database().execute("UPDATE apidrive.chunk SET expires_at = expires_at - interval '5 days' WHERE id = '" + id + "'");
        assertThat(admin.send("POST", "chunks/" + id + "/renew", null).statusCode()).isEqualTo(200);
        assertThat(row(id).get("CheckedAt")).isEmpty();
        node.database().execute("UPDATE apidrive.chunk SET expires_at = expires_at - interval '5 days' WHERE id = '" + id + "'");

        assertThat(raw("GET", "/api/drive/chunk/" + id, null).statusCode()).isEqualTo(200);
        Awaitility.await().untilAsserted(() -> assertThat(row(id).get("CheckedAt")).isPresent());
        assertThat(admin.send("POST", "chunks/00000000-0000-8000-8000-000000000001/renew", null).statusCode()).isEqualTo(404);
    }

    @Test
    void a_deleted_chunk_is_gone_also_from_the_cache_and_its_slot_is_free() {
        ChunkId id = store("deleted");
        assertThat(raw("GET", "/api/drive/chunk/" + id, null).statusCode()).isEqualTo(200);
        long used = document(admin.get("slots")).number("Used").getAsLong();

        assertThat(admin.delete("chunks/" + id).statusCode()).isEqualTo(204);
        assertThat(raw("GET", "/api/drive/chunk/" + id, null).statusCode()).isEqualTo(404);
        assertThat(document(admin.get("slots")).number("Used")).hasValue(used - 1);
        assertThat(admin.delete("chunks/" + id).statusCode()).isEqualTo(404);
        assertThat(admin.delete("chunks/nonsense").statusCode()).isEqualTo(400);
        store("deleted");
        assertThat(raw("GET", "/api/drive/chunk/" + id, null).statusCode()).isEqualTo(200);
    }

    @Test
    void a_chunk_that_an_object_needs_is_deleted_only_where_that_is_said() {
        Web web = new Web(node);
        String root = web.stored("needed".getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> refused = admin.delete("chunks/" + root);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(document(refused).text("type")).contains("urn:apidrive:problem:chunk-claimed");
        assertThat(web.call("GET", "/api/drive/object/" + root, null).body()).asString(StandardCharsets.UTF_8).isEqualTo("needed");
        assertThat(admin.delete("chunks/" + root + "?claimed=perhaps").statusCode()).isEqualTo(400);

        assertThat(admin.delete("chunks/" + root + "?claimed=true").statusCode()).isEqualTo(204);
        assertThat(web.call("GET", "/api/drive/object/" + root, null).statusCode()).isEqualTo(404);
        assertThat(documents(admin.get("audit?limit=1"))).extracting(row -> row.text("Action").orElseThrow())
                .containsExactly("delete-claimed-chunk");
    }

    @Test
    void a_limit_is_set_shown_obeyed_and_lifted() {
        assertThat(admin.send("PUT", "limits", new Document().with("Client", "127.0.0.1").with("Chunks", 0)).statusCode())
                .isEqualTo(200);
        assertThat(raw("PUT", "/api/drive/chunk", "refused").statusCode()).isEqualTo(429);
        assertThat(consumer("127.0.0.1/32").number("Limit")).hasValue(0);
        assertThat(admin.send("PUT", "limits", new Document().with("Client", "127.0.0.1").with("Chunks", null)).statusCode())
                .isEqualTo(200);
        for (int i = 0; i < 120; i++) {
            assertThat(raw("PUT", "/api/drive/chunk", "beyond the limit for all " + i).statusCode()).isEqualTo(200);
        }
        assertThat(consumer("127.0.0.1/32").get("Limit")).isEmpty();
        Awaitility.await().untilAsserted(() -> assertThat(consumer("127.0.0.1/32").number("Chunks").getAsLong())
                .isGreaterThan(100));
        assertThat(admin.delete("limits?client=127.0.0.1").statusCode()).isEqualTo(204);
        assertThat(raw("PUT", "/api/drive/chunk", "over again").statusCode()).isEqualTo(429);
        assertThat(admin.delete("limits?client=127.0.0.1").statusCode()).isEqualTo(404);
        admin.send("PUT", "limits", new Document().with("Client", "127.0.0.1").with("Chunks", null));
    }

    @Test
    void a_limit_is_for_an_address_or_a_subscribers_network_and_nothing_else() {
        assertThat(document(admin.send("PUT", "limits", new Document().with("Client", "2001:db8::17").with("Chunks", 5)))
                .text("Client")).contains("2001:db8::/64");
        assertThat(admin.delete("limits?client=2001:db8::/64").statusCode()).isEqualTo(204);
        for (Document wrong : List.of(new Document().with("Client", "example.org").with("Chunks", 5),
                new Document().with("Client", "192.0.2.1").with("Chunks", -1),
                new Document().with("Client", "192.0.2.1").with("Chunks", "many"), new Document())) {
            assertThat(admin.send("PUT", "limits", wrong).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void jobs_tell_what_they_did_and_run_when_they_are_told() {
        Document epoch = value(documents(admin.get("jobs")), "epoch");
        long steps = epoch.number("Steps").getAsLong();

        assertThat(epoch.text("Duty")).isPresent();
        assertThat(admin.send("POST", "jobs/epoch/run", null).statusCode()).isEqualTo(204);
        Awaitility.await().untilAsserted(() -> assertThat(value(documents(admin.get("jobs")), "epoch").number("Steps")
                .getAsLong()).isGreaterThan(steps));
        assertThat(value(documents(admin.get("jobs")), "epoch").text("NextRun")).isPresent();
        assertThat(admin.send("POST", "jobs/nonsense/run", null).statusCode()).isEqualTo(404);
    }

    @Test
    void samples_come_as_they_are_taken() throws Exception {
        HttpResponse<java.io.InputStream> stream = CLIENT.send(admin.request("events").header("Accept", "text/event-stream")
                .build(), BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        store("sampled");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String data = lines.lines().filter(line -> line.startsWith("data: ")).findFirst().orElseThrow();
            assertThat(data).contains("\"Stores\":", "\"RetrieveMs\":{\"P50\":");
        }
        assertThat(documents(admin.get("history"))).isNotEmpty();
    }

    @Test
    void the_database_tells_its_size_its_partitions_and_its_connections() {
        store("partitioned");
        Document database = document(admin.get("database"));

        assertThat(database.number("Bytes").getAsLong()).isPositive();
        assertThat(list(database, "Partitions")).isNotEmpty()
                .allSatisfy(partition -> assertThat(partition.number("Bytes").getAsLong()).isPositive());
        assertThat(list(database, "Connections")).anySatisfy(group -> assertThat(group.text("Program")).contains("apidrive"));
        assertThat(database.text("Fsync")).isPresent();
    }

    @Test
    void every_action_is_a_row_that_nobody_can_change() {
        ChunkId id = store("audited");
        admin.delete("chunks/" + id);
        admin.send("PUT", "limits", new Document().with("Client", "192.0.2.9").with("Chunks", 9));
        List<Document> rows = documents(admin.get("audit?limit=3"));

        assertThat(rows).extracting(row -> row.text("Action").orElseThrow() + " " + row.text("Subject").orElseThrow() + " "
                + row.text("Outcome").orElseThrow()).containsExactly("set-limit 192.0.2.9/32 to 9 chunks done",
                "delete-chunk " + id + " done", "delete-chunk " + id + " begun");
        assertThat(rows).allSatisfy(row -> assertThat(row.text("Client")).contains("127.0.0.1/32"));
        long first = rows.get(2).number("Number").getAsLong();
        assertThat(documents(admin.get("audit?limit=1&before=" + first)).get(0).number("Number").getAsLong()).isLessThan(first);
        for (String change : List.of("UPDATE apidrive.audit SET actor = 'nobody'", "DELETE FROM apidrive.audit",
                "TRUNCATE apidrive.audit")) {
            assertThatThrownBy(() -> node.database().execute(change)).hasRootCauseMessage(
                    "ERROR: the audit table is append-only\n  Where: PL/pgSQL function apidrive.refuse_change() line 3 at RAISE");
        }
    }

    private Document row(ChunkId id) {
        return list(document(admin.get("chunks?id=" + id)), "Chunks").get(0);
    }

    private Document consumer(String client) {
        return list(document(admin.get("clients")), "Clients").stream()
                .filter(one -> one.text("Client").orElseThrow().equals(client)).findFirst().orElseThrow();
    }

    private static Document value(List<Document> documents, String name) {
        return documents.stream().filter(one -> one.text("Key").or(() -> one.text("Name")).orElseThrow().equals(name))
                .findFirst().orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static List<Document> list(Document document, String name) {
        return (List<Document>) document.get(name).orElseThrow();
    }

    private ChunkId store(String text) {
        assertThat(raw("PUT", "/api/drive/chunk", text).statusCode()).isEqualTo(200);
        return Chunk.of(text.getBytes(StandardCharsets.UTF_8)).id();
    }

    private static HttpResponse<byte[]> raw(String method, String path, String body) {
        URI uri = node.uri(path);
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri).method(method, body == null ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body)).build(), BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
