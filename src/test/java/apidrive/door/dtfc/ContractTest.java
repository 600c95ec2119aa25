package apidrive.door.dtfc;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.door.object.Web;

/** The contract of dtfc, row by row, at the root and in its folder. */
@Timeout(120)
class ContractTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String NOT_FOUND = "404 Not Found.\n";
    private static final String UNKNOWN = "0f".repeat(64);
    private static TestNode node;
    private static Web web;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        web = new Web(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/dtfc"})
    void dt_1_put_answers_what_was_stored_to_the_byte(String folder) {
        byte[] data = bytes("1 in '" + folder + "'");
        HttpResponse<byte[]> answer = web.call("PUT", folder + "/My%20File_Name%20(1).TXT", data, "Content-Type", "image/png");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
        assertThat(text(answer)).isEqualTo("{\"sha512\":\"" + Sha512.of(data) + "\",\"filename\":\"my-file-name-1.txt\",\"length\":" + data.length
                + ",\"content_type\":\"text/plain; charset=utf-8\",\"stub\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/dtfc"})
    void dt_2_and_29_get_gives_the_bytes_as_a_file_to_be_saved(String folder) {
        byte[] data = random(100_000 + folder.length());
        String hash = put(folder + "/Two.JPG", data);
        HttpResponse<byte[]> got = web.call("GET", folder + "/" + hash, null);

        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(data);
        assertThat(header(got, "Content-Disposition")).isEqualTo("attachment; filename=\"two.jpg\"");
        assertThat(header(got, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(got, "Content-Length")).isEqualTo(Integer.toString(data.length));
        assertThat(header(got, "Content-Type")).isEqualTo("image/jpeg");
        assertThat(header(got, "Last-Modified")).matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(web.call("GET", folder + "/" + hash + "/whatever", null).body()).as("an option that means nothing").isEqualTo(data);
    }

    @Test
    void dt_3_and_4_options_are_told_from_data() {
        byte[] data = bytes("three");
        String hash = put("/three.txt", data);

        assertThat(web.call("GET", "/" + hash + "/nopeerload", null).body()).isEqualTo(data);
        assertThat(web.call("GET", "/dtfc/" + hash + "/xnopeerloadx", null).body()).isEqualTo(data);
        assertThat(text(web.call("GET", "/" + hash + "/ffmetadata", null))).contains("\"sha512\":\"" + hash);
    }

    @Test
    void dt_5_head_tells_the_truth() {
        byte[] data = random(70_000);
        String hash = put("/five.bin", data);
        HttpResponse<byte[]> head = web.call("HEAD", "/" + hash, null);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo("70000");
        assertThat(header(head, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(web.call("HEAD", "/" + hash + "/nopeerload", null).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> none = web.call("HEAD", "/" + UNKNOWN, null);
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/allpeers"})
    void dt_6_and_7_delete_tells_what_it_deleted_and_get_and_head_agree(String option) {
        byte[] data = bytes("six " + option);
        String hash = put("/six.txt", data);
        HttpResponse<byte[]> deleted = web.call("DELETE", "/" + hash + option, null);

        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(type(deleted)).isEqualTo(TEXT);
        assertThat(text(deleted)).isEqualTo("{\"deleted\":true,\"sha512\":\"" + hash + "\",\"filename\":\"six.txt\",\"length\":" + data.length
                + ",\"content_type\":\"text/plain\",\"stub\":true}");
        assertNotFound(web.call("GET", "/" + hash, null));
        assertNotFound(web.call("GET", "/" + hash + "/nopeerload", null));
        assertNotFound(web.call("GET", "/" + hash + "/ffmetadata", null));
        assertNotFound(web.call("GET", "/dtfc/six.txt/sha512", null));
        assertThat(web.call("HEAD", "/" + hash, null).statusCode()).as("fault 1").isEqualTo(404);
        assertNotFound(web.call("DELETE", "/" + hash, null));
        put("/six.txt", data);
        assertThat(web.call("GET", "/" + hash, null).body()).as("fault 2: what is acknowledged is seen").isEqualTo(data);
    }

    @Test
    void dt_6_the_type_of_what_was_deleted_is_empty_where_nothing_is_known_of_it() {
        String hash = put("/nothing", bytes("nothing is known of it"));
        assertThat(text(web.call("DELETE", "/" + hash, null))).contains("\"content_type\":\"\"");
    }

    @Test
    void dt_6_deletion_is_this_doors_alone() {
        byte[] data = bytes("also kept by another door");
        String root = web.stored(data);
        String hash = put("/also.txt", data);
        web.call("DELETE", "/" + hash, null);

        assertNotFound(web.call("GET", "/" + hash, null));
        assertThat(web.call("GET", "/api/drive/object/" + root, null).body()).isEqualTo(data);
    }

    @Test
    void fault_4_deleting_what_is_unknown_plants_nothing() {
        byte[] data = bytes("not here yet");
        String hash = Sha512.of(data);
        assertNotFound(web.call("DELETE", "/" + hash, null));

        web.stored(data);
        assertThat(web.call("GET", "/" + hash, null).body()).as("which came by another door").isEqualTo(data);
    }

    @Test
    void fault_5_digits_may_be_capitals() {
        String hash = put("/capitals.txt", bytes("capitals"));
        assertThat(text(web.call("GET", "/" + hash.toUpperCase(), null))).isEqualTo("capitals");
        assertThat(web.call("HEAD", "/dtfc/" + hash.toUpperCase(), null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/dtfc"})
    void dt_8_health(String folder) {
        HttpResponse<byte[]> health = web.call("GET", folder + "/health.html", null);
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(text(health)).isEqualTo("All systems go.");
        assertThat(web.call("HEAD", folder + "/health.html", null).statusCode()).isEqualTo(200);
    }

    @Test
    void dt_9_refreshing_the_list_of_peers_answers_nothing_and_is_no_page() {
        HttpResponse<byte[]> answer = web.call("PUT", "/refreshpeers.html", bytes("whatever"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertNotFound(web.call("GET", "/dtfc/refreshpeers.html", null));
    }

    @Test
    void dt_17_and_fault_11_the_last_name_counts_and_only_some_are_kept() {
        byte[] data = bytes("seventeen");
        for (int i = 0; i < 20; i++) {
            put("/name" + i + ".txt", data);
        }
        put("/name3.html", data);
        String hash = put("/Last%20One.md", data);

        HttpResponse<byte[]> got = web.call("GET", "/" + hash, null);
        assertThat(header(got, "Content-Disposition")).isEqualTo("attachment; filename=\"last-one.md\"");
        assertThat(type(got)).isEqualTo("text/x-markdown; charset=utf-8");
        assertThat(node.database().number("SELECT length(metadata->>'files') FROM apidrive.name WHERE is_newest AND namespace = 'dtfc' AND name = '"
                + hash + "'")).isLessThan(100);
    }

    @Test
    void dt_23_a_name_leads_to_the_hash_it_was_last_stored_with() {
        put("/mapped.txt", bytes("first"));
        String hash = put("/Mapped.TXT", bytes("second"));
        HttpResponse<byte[]> answer = web.call("GET", "/dtfc/mapped.txt/sha512", null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{\"sha512\":\"" + hash + "\",\"filename\":\"mapped.txt\",\"length\":6,"
                + "\"content_type\":\"text/plain; charset=utf-8\",\"stub\":true}");
        assertNotFound(web.call("GET", "/dtfc/nobody.txt/sha512", null));
    }

    @Test
    void dt_29_parts_and_conditions() {
        byte[] data = bytes("0123456789");
        String path = "/" + put("/ten.txt", data);
        HttpResponse<byte[]> part = web.call("GET", path, null, "Range", "bytes=0-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 0-4/10");
        assertThat(text(part)).isEqualTo("01234");

        HttpResponse<byte[]> beyond = web.call("GET", path, null, "Range", "bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */10");
        assertThat(type(beyond)).isEqualTo(TEXT);
        assertThat(text(beyond)).isEqualTo("invalid range: failed to overlap\n");

        String modified = header(part, "Last-Modified");
        HttpResponse<byte[]> same = web.call("GET", path, null, "If-Modified-Since", modified);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(web.call("GET", path, null, "If-None-Match", header(part, "ETag")).statusCode()).isEqualTo(304);
        assertThat(web.call("GET", path, null, "If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT").statusCode()).isEqualTo(200);
        assertThat(text(web.call("GET", path, null, "Range", "bytes=5-", "If-Range", modified))).isEqualTo("56789");
        assertThat(text(web.call("GET", path, null, "Range", "bytes=5-", "If-Range", "\"other\""))).isEqualTo("0123456789");
    }

    @Test
    void an_empty_file_is_a_file() {
        String hash = put("/empty.txt", new byte[0]);
        assertThat(hash).startsWith("cf83e1357eefb8bd");
        HttpResponse<byte[]> got = web.call("GET", "/" + hash, null);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(header(got, "Content-Length")).isEqualTo("0");
        assertThat(web.call("DELETE", "/" + hash, null).statusCode()).isEqualTo(200);
        assertNotFound(web.call("GET", "/" + hash, null));
    }

    @Test
    void everything_else_is_404_in_its_words() {
        String hash = put("/else.txt", bytes("else"));
        for (List<String> call : List.of(List.of("GET", "/dtfc/"), List.of("GET", "/dtfc/else.txt"), List.of("GET", "/dtfc/" + hash + "/a/b"),
                List.of("POST", "/dtfc/" + hash), List.of("OPTIONS", "/dtfc/" + hash), List.of("PUT", "/dtfc/a/b"), List.of("PUT", "/dtfc/"),
                List.of("DELETE", "/dtfc/" + hash + "/other"), List.of("DELETE", "/dtfc/else.txt"), List.of("GET", "/" + UNKNOWN),
                List.of("GET", "/dtfc/" + hash.substring(1)), List.of("GET", "/dtfc/" + UNKNOWN + "/nopeerload"))) {
            assertNotFound(web.call(call.get(0), call.get(1), call.get(0).equals("PUT") ? bytes("x") : null));
        }
        assertThat(text(web.call("GET", "/" + hash, null))).isEqualTo("else");
    }

    @Test
    void c_1_what_came_by_another_door_is_found_by_its_hash_under_its_own_name() {
        byte[] data = random(200_000);
        web.call("PUT", "/api/drive/object?name=Film%20(2).mp4", data, "Content-Type", "video/mp4");
        HttpResponse<byte[]> got = web.call("GET", "/" + Sha512.of(data), null);

        assertThat(got.body()).isEqualTo(data);
        assertThat(header(got, "Content-Type")).isEqualTo("video/mp4");
        assertThat(header(got, "Content-Disposition")).isEqualTo("attachment; filename=\"film-2.mp4\"");
    }

    @Test
    void what_strangers_stored_is_never_shown_in_the_name_of_this_node() {
        HttpResponse<byte[]> got = web.call("GET", "/" + put("/page.html", bytes("<script>alert(1)</script>")), null);
        assertThat(header(got, "Content-Disposition")).startsWith("attachment");
        assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(got, "Content-Security-Policy")).contains("sandbox");
    }

    @ParameterizedTest
    @CsvSource({"GET,/nothing", "GET,/nothing/at/all", "POST,/nothing", "OPTIONS,/nothing", "DELETE,/nothing", "PUT,/a/b",
        "GET,/robots.txt", "DELETE,/x.html", "GET,/refreshpeers.html", "GET,/apidrive", "GET,/healthy"})
    void c2b_what_no_door_claims_at_the_shared_root_is_404_in_its_words(String verb, String path) {
        assertNotFound(web.call(verb, path, verb.equals("PUT") || verb.equals("POST") ? bytes("x") : null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/drive/nothing", "/API/nothing", "/health/nothing", "/api"})
    void c2b_what_is_missing_below_our_own_paths_is_told_in_our_own_words(String path) {
        HttpResponse<byte[]> missing = web.call("GET", path, null);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(Web.problem(missing)).isEqualTo("not-found");
    }

    @Test
    void the_root_keeps_what_is_not_this_doors() {
        for (String path : List.of("/health/live", "/", "/index.html", "/style.css", "/favicon.svg", "/page/page.js", "/admin/", "/lib/chart.js",
                "/metrics")) {
            assertThat(web.call("GET", path, null).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(web.call("GET", "/page/nothing.js", null).statusCode()).isEqualTo(404);
    }

    @Test
    void c2b_where_this_door_is_shut_what_is_missing_at_the_root_is_told_in_our_own_words() {
        try (TestNode shut = TestNode.start(Map.of("doors", "sos"))) {
            assertThat(Web.problem(new Web(shut).call("GET", "/nothing", null))).isEqualTo("not-found");
        }
    }

    /** Stores; its hash. */
    private static String put(String path, byte[] data) {
        HttpResponse<byte[]> answer = web.call("PUT", path, data);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        String hash = Sha512.of(data);
        assertThat(Web.document(answer).text("sha512")).contains(hash);
        assertThat(Arrays.asList(Web.document(answer).members().keySet().toArray())).startsWith("sha512", "filename");
        return hash;
    }

    private static void assertNotFound(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as("%s", answer).isEqualTo(404);
        assertThat(text(answer)).as("%s", answer).isEqualTo(NOT_FOUND);
        assertThat(type(answer)).isEqualTo(TEXT);
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    /** Without the space that Jetty leaves out. */
    private static String type(HttpResponse<?> answer) {
        return header(answer, "Content-Type").replace(";charset", "; charset");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
