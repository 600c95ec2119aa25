package apidrive.door.dtfc;

import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.OpenApi;
import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Document;

/** DT-24: what CouchDB does not track goes, when an administrator says so who has seen how much that is. */
@Timeout(120)
class PurgeTest {
    private static final String PURGE = "/api/admin/dtfc/purge";
    private TestNode node;
    private Web web;
    private AdminCaller admin;
    private String token;

    @BeforeEach
    void start() {
        node = TestNode.start();
        web = new Web(node);
        admin = new AdminCaller(node).signedIn();
        token = admin.token("token");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void what_is_not_in_the_list_is_told_first_and_hidden_only_when_that_is_said() {
        List<String> hashes = stored(6);
        age("P30D");
        String tracked = hashes.get(0) + "\n" + hashes.get(3).toUpperCase() + "\n\n" + hashes.get(3) + "\n" + "f".repeat(128) + "\n";
        Document told = purge("", tracked);
        assertThat(told.number("Tracked")).hasValue(4);
        assertThat(told.number("Untracked")).hasValue(4);
        assertThat(told.number("Removed")).hasValue(0);
        assertThat(told.get("First").orElseThrow()).isEqualTo(List.of(hashes.get(1), hashes.get(2), hashes.get(4), hashes.get(5)));
        assertThat(seen(hashes)).containsExactlyElementsOf(hashes);

        assertThat(purge("?most=3", tracked).number("Removed")).as("the lowest of them").hasValue(3);
        assertThat(seen(hashes)).containsExactly(hashes.get(0), hashes.get(3), hashes.get(5));
        Document rest = purge("?most=100000&age=P29D", tracked);
        assertThat(rest.number("Untracked")).as("what is hidden is not told again").hasValue(1);
        assertThat(seen(hashes)).containsExactly(hashes.get(0), hashes.get(3));
        assertThat(node.database().number("SELECT count(*) FROM apidrive.audit WHERE action = 'purge-dtfc' AND outcome = 'done'"))
                .isEqualTo(2);
    }

    @Test
    void what_is_younger_than_is_said_stays_and_so_does_what_was_stored_again_lately() {
        List<String> hashes = stored(3);
        assertThat(purge("?most=10", "").number("Untracked")).hasValue(0);
        age("P8D");
        byte[] again = random(1_001);
        assertThat(web.call("PUT", "/file1.txt", again).statusCode()).isEqualTo(200);
        assertThat(purge("?age=P9D", "").number("Untracked")).hasValue(0);
        assertThat(purge("?age=P7D&most=10", "").number("Removed")).hasValue(2);
        assertThat(seen(hashes)).containsExactly(Sha512.of(again));
    }

    @Test
    void what_came_by_other_doors_or_is_marked_is_left_alone() {
        web.stored(random(5_000));
        List<String> hashes = stored(1);
        admin.put("dtfc/marks/" + hashes.get(0), new Document().with("Status", 403));
        age("P30D");
        assertThat(purge("?most=10", "").number("Untracked")).hasValue(0);
        assertThat(web.call("GET", "/" + Sha512.of(random(5_000)), null).statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/" + hashes.get(0), null).statusCode()).isEqualTo(403);
    }

    @Test
    void a_list_of_any_length_is_walked_as_it_comes() {
        List<String> hashes = stored(2);
        age("P30D");
        TreeSet<String> many = new TreeSet<>(hashes);
        for (int i = 0; i < 30_000; i++) {
            many.add(String.format("%08x", i * 140_000L).repeat(16));
        }
        Document told = purge("?most=10", String.join("\n", many));
        assertThat(told.number("Tracked")).hasValue(many.size());
        assertThat(told.number("Untracked")).hasValue(0);
        assertThat(seen(hashes)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNSORTED", "not a hash\n", "LONG"})
    void a_list_that_cannot_be_right_removes_nothing(String list) {
        List<String> hashes = stored(3);
        age("P30D");
        String body = list.equals("UNSORTED") ? "f".repeat(128) + "\n" + hashes.get(0) + "\n"
                : list.equals("LONG") ? "a".repeat(1_000) : list;
        HttpResponse<byte[]> refused = call("?most=10", body);
        assertThat(refused.statusCode()).as(text(refused)).isEqualTo(400);
        assertThat(text(refused)).contains(list.equals("UNSORTED") ? "not in order"
                : list.equals("LONG") ? "more than 200 bytes" : "no SHA-512");
        assertThat(seen(hashes)).hasSize(3);
    }

    @Test
    void a_list_that_breaks_off_removes_nothing() throws IOException {
        List<String> hashes = stored(3);
        age("P30D");
        try (Socket socket = new Socket("127.0.0.1", node.uri("/").getPort())) {
            socket.getOutputStream().write(("POST " + PURGE + "?most=10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                    + "\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" + hashes.get(0) + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 4");
        }
        assertThat(seen(hashes)).hasSize(3);
    }

    @Test
    void it_is_for_administrators_and_its_numbers_are_bounded() {
        assertThat(web.call("POST", PURGE, new byte[0]).statusCode()).isEqualTo(401);
        for (String query : List.of("?most=100001", "?most=-1", "?most=all", "?age=P1Y", "?age=-P1D", "?age=week&most=1")) {
            assertThat(call(query, "").statusCode()).as(query).isEqualTo(400);
        }
    }

    /** In ascending order of their hashes. */
    private List<String> stored(int count) {
        TreeSet<String> hashes = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            byte[] data = random(1_000 + i);
            assertThat(web.call("PUT", "/file" + i + ".txt", data).statusCode()).isEqualTo(200);
            hashes.add(Sha512.of(data));
        }
        return List.copyOf(hashes);
    }

    /** Everything was stored so much earlier. */
    private void age(String duration) {
        node.database().execute("UPDATE apidrive.name SET made_at = made_at - interval '" + duration + "',"
                + " metadata = CASE WHEN jsonb_exists(metadata, 'stored') THEN metadata || '{\"stored\": \"earlier\"}' ELSE metadata END"
                + " WHERE namespace = 'dtfc' AND name !~ '^file:'");
    }

    private List<String> seen(List<String> hashes) {
        List<String> seen = new ArrayList<>(hashes);
        seen.removeIf(hash -> web.call("HEAD", "/" + hash, null).statusCode() != 200);
        return seen;
    }

    private Document purge(String query, String list) {
        HttpResponse<byte[]> answer = call(query, list);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        OpenApi.check(answer);
        return Web.document(answer);
    }

    private HttpResponse<byte[]> call(String query, String list) {
        return web.call("POST", PURGE + query, list.getBytes(UTF_8), "Authorization", "Bearer " + token, "Content-Type", "text/plain");
    }
}
