package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** What the administration tells of copies that are still to be made; these are not due, so that they stay. */
class HealQueueTest {
    private static final String AWAY = "11111111-1111-8111-8111-111111111111";
    private static final String OTHER = "22222222-2222-8222-8222-222222222222";
    private static TestNode node;
    private AdminCaller admin;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void empty() {
        node.database().execute("DELETE FROM apidrive.heal; DELETE FROM apidrive.chunk");
        admin = new AdminCaller(node).signedIn();
    }

    @Test
    void it_is_told_page_by_page_each_copy_once() {
        for (int i = 0; i < 5; i++) {
            need(id(i), AWAY, "", null);
            need(id(i), OTHER, "", null);
        }
        List<String> seen = new ArrayList<>();
        String after = "";
        int pages = 0;
        do {
            Document page = document(admin.get("network/heal?limit=3&after=" + after));
            needs(page).forEach(need -> seen.add(need.text("Chunk").orElseThrow() + need.text("Node").orElseThrow()));
            after = page.text("Next").orElse("");
            pages++;
        } while (!after.isEmpty());

        assertThat(seen).hasSize(10).doesNotHaveDuplicates().isSorted();
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void those_that_failed_are_told_alone_with_their_error() {
        need(id(1), AWAY, "", null);
        need(id(2), AWAY, OTHER, "server " + AWAY + " is away");

        List<Document> failing = needs(document(admin.get("network/heal?failing=true")));
        assertThat(failing).hasSize(1);
        assertThat(failing.get(0).text("LastError")).contains("server " + AWAY + " is away");
        assertThat(failing.get(0).number("Known")).hasValue(1);
        assertThat(needs(document(admin.get("network/heal")))).hasSize(2);
    }

    @Test
    void what_is_no_end_of_a_page_is_malformed() {
        for (String after : List.of("x", AWAY, AWAY + "." + "x".repeat(36))) {
            assertThat(admin.get("network/heal?after=" + after).statusCode()).as(after).isEqualTo(400);
        }
    }

    @Test
    void a_chunk_that_only_this_server_keeps_is_at_risk_with_it_and_one_kept_elsewhere_alone_is_away() throws Exception {
        String here = stored("kept here");
        need(here, AWAY, "", null);
        need(here, OTHER, "", null);
        need(id(1), AWAY, OTHER, null);

        Document risk = document(admin.get("network/risk"));
        assertThat(risk.number("Away")).hasValue(1);
        List<Document> servers = documents(risk, "Servers");
        assertThat(servers).hasSize(1);
        assertThat(servers.get(0).text("Id")).isEqualTo(document(admin.get("node")).text("Id"));
        assertThat(servers.get(0).number("Chunks")).hasValue(1);
    }

    @Test
    void a_damaged_copy_is_none() throws Exception {
        String here = stored("damaged");
        need(here, AWAY, "", null);
        node.database().execute("UPDATE apidrive.chunk SET damaged_at = now() WHERE id = '" + here + "'");

        Document risk = document(admin.get("network/risk"));
        assertThat(risk.number("Away")).hasValue(1);
        assertThat(documents(risk, "Servers")).isEmpty();
    }

    private static void need(String chunk, String needy, String sources, String error) {
        node.database().execute("INSERT INTO apidrive.heal (chunk, node, sources, made_at, due_at, last_error) VALUES ('" + chunk + "', '"
                + needy + "', '{" + sources + "}', now(), now() + interval '1 hour', " + (error == null ? "NULL" : "'" + error + "'") + ")");
    }

    private static String stored(String text) throws Exception {
        byte[] bytes = text.getBytes(UTF_8);
        assertThat(HttpClient.newHttpClient().send(HttpRequest.newBuilder(node.uri("/api/drive/chunk"))
                .PUT(BodyPublishers.ofByteArray(bytes)).build(), BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        return Chunk.of(bytes).id().toString();
    }

    private static String id(int number) {
        return "00000000-0000-8000-8000-00000000000" + number;
    }

    private static List<Document> needs(Document page) {
        return documents(page, "Needs");
    }

    private static List<Document> documents(Document document, String name) {
        List<?> list = document.get(name, List.class).orElseThrow();
        return list.stream().map(Document.class::cast).toList();
    }
}
