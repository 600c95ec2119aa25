package apidrive.door.sos;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.door.object.Web;

/** The blob server's half of the SOS contract, row by row, at the root and in the folder. */
class BlobServerTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String CATCH_ALL = "404 - content is not hosted here.";
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
    @ValueSource(strings = {"", "/sos"})
    void sos_1_and_2_a_blob_of_any_size_is_stored_under_its_name_and_comes_back(String folder) {
        for (int size : new int[] {0, 1, 65_536, 200_000}) {
            byte[] data = random(size);
            HttpResponse<byte[]> stored = web.call("POST", folder + "/blob/size" + size, data, "Content-Type", "application/x-www-form-urlencoded");
            assertThat(stored.statusCode()).isEqualTo(200);
            assertThat(text(stored)).isEqualTo("{\"id\":\"size" + size + "\",\"status\":\"OK\",\"size\":" + size + "}");
            assertThat(header(stored, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);

            HttpResponse<byte[]> got = web.call("GET", folder + "/blob/size" + size, null);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(data);
            assertThat(header(got, "Content-Length")).isEqualTo(Integer.toString(size));
            assertThat(header(got, "Content-Type")).as("nothing is guessed").isEqualTo("application/octet-stream");
        }
        assertThat(text(web.stream("POST", folder + "/blob/streamed", new ByteArrayInputStream(random(200_000)))))
                .isEqualTo("{\"id\":\"streamed\",\"status\":\"OK\",\"size\":200000}");
        assertThat(web.call("GET", folder + "/blob/streamed", null).body()).isEqualTo(random(200_000));
    }

    @Test
    void sos_2_a_blob_that_is_missing_is_404() {
        HttpResponse<byte[]> missing = web.call("GET", "/blob/nobody", null);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(text(missing)).isEqualTo("404 page not found\n");
        assertThat(header(missing, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);
        assertThat(header(missing, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void sos_2_a_range_and_conditions_are_honoured_as_the_first_revision_did() {
        byte[] data = random(100_000);
        web.call("POST", "/blob/ranged", data);
        HttpResponse<byte[]> part = web.call("GET", "/blob/ranged", null, "Range", "bytes=65530-65545");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(data, 65_530, 65_546));
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 65530-65545/100000");
        assertThat(header(part, "Accept-Ranges")).isEqualTo("bytes");
        HttpResponse<byte[]> beyond = web.call("GET", "/blob/ranged", null, "Range", "bytes=100000-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */100000");

        String modified = header(part, "Last-Modified");
        assertThat(web.call("GET", "/blob/ranged", null, "If-Modified-Since", modified).statusCode()).isEqualTo(304);
        assertThat(web.call("GET", "/blob/ranged", null, "If-Modified-Since", "Thu, 01 Jan 1970 00:00:01 GMT").statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/blob/ranged", null, "If-Modified-Since", "yesterday").statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/blob/ranged", null, "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:01 GMT").statusCode()).isEqualTo(412);
        assertThat(web.call("GET", "/blob/ranged", null, "If-Unmodified-Since", modified).statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/blob/ranged", null, "If-None-Match", header(part, "ETag")).statusCode()).isEqualTo(304);
        assertThat(web.call("GET", "/blob/ranged", null, "Range", "bytes=0-0", "If-Range", modified).statusCode()).isEqualTo(206);
        assertThat(web.call("GET", "/blob/ranged", null, "Range", "bytes=0-0", "If-Range", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void sos_3_the_list_has_all_names_in_order_however_many_they_are_at_both_revisions_paths() {
        try (TestNode other = TestNode.start()) {
            Web there = new Web(other);
            assertThat(text(there.call("GET", "/blobs", null))).isEqualTo("[]");
            there.call("POST", "/blob/bbb", random(3));
            there.call("POST", "/blob/aaa", random(3));
            for (String path : new String[] {"/blobs", "/blob", "/blob/", "/sos/blobs", "/sos/blob", "/sos/blob/"}) {
                HttpResponse<byte[]> list = there.call("GET", path, null);
                assertThat(list.statusCode()).as(path).isEqualTo(200);
                assertThat(text(list)).as(path).isEqualTo("[\"aaa\",\"bbb\"]");
                assertThat(header(list, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/sos"})
    void sos_4_it_is_alive(String folder) {
        HttpResponse<byte[]> alive = web.call("GET", folder + "/alive", null);
        assertThat(alive.statusCode()).isEqualTo(200);
        assertThat(text(alive)).isEqualTo("alive");
        assertThat(header(alive, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/sos"})
    void sos_5_head_tells_whether_it_exists(String folder) {
        web.call("POST", folder + "/blob/head", random(12_345));
        HttpResponse<byte[]> there = web.call("HEAD", folder + "/blob/head", null);
        assertThat(there.statusCode()).isEqualTo(200);
        assertThat(header(there, "Content-Length")).isEqualTo("12345");
        assertThat(header(there, "Connection")).isEqualTo("close");
        HttpResponse<byte[]> missing = web.call("HEAD", folder + "/blob/nobody", null);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(header(missing, "Connection")).isEqualTo("close");
        assertThat(web.call("HEAD", folder + "/blob/No", null).statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({"GET,/alive/", "POST,/alive", "HEAD,/alive", "PUT,/blob/x", "DELETE,/blob/x", "OPTIONS,/blob/x", "GET,/blob/x/y",
            "POST,/blobs", "DELETE,/blob", "GET,/blobs/x"})
    void sos_6_whatever_else_is_asked_for_is_not_hosted_here(String verb, String path) {
        for (String folder : new String[] {"", "/sos"}) {
            HttpResponse<byte[]> answer = web.call(verb, folder + path, verb.equals("GET") ? null : new byte[3]);
            assertThat(answer.statusCode()).as(folder + path).isEqualTo(404);
            assertThat(text(answer)).as(folder + path).isEqualTo(verb.equals("HEAD") ? "" : CATCH_ALL);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,/", "GET,/anything", "PUT,/alive", "PUT,/blob", "PUT,/blobs", "DELETE,/a/b/c"})
    void sos_6_in_its_folder_that_holds_for_all_paths(String verb, String path) {
        HttpResponse<byte[]> answer = web.call(verb, "/sos" + path, null);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo(CATCH_ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABC", "a-b", "a.b", "a_b", "%C3%A9"})
    void sos_7_an_id_has_lower_case_letters_and_digits_only(String id) {
        for (String verb : new String[] {"GET", "POST"}) {
            HttpResponse<byte[]> answer = web.call(verb, "/blob/" + id, verb.equals("POST") ? random(100_000) : null);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(text(answer)).isEqualTo("alphanumeric IDs only\n");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @Test
    void sos_8_metadata_comes_back_the_first_value_of_each() {
        web.call("POST", "/blob/meta", random(3), "x-lower-case", "one", "X-Twice", "first", "X-Twice", "second", "Y-Other", "no");
        HttpResponse<byte[]> got = web.call("GET", "/blob/meta", null);
        assertThat(got.headers().allValues("X-Twice")).containsExactly("first");
        assertThat(header(got, "X-Lower-Case")).isEqualTo("one");
        assertThat(header(got, "Y-Other")).isNull();
        assertThat(header(web.call("HEAD", "/blob/meta", null), "X-Lower-Case")).isEqualTo("one");
    }

    @Test
    void sos_8_names_are_canonical_and_the_letters_of_values_survive_in_utf_8() throws Exception {
        String value = new String("größe 漢".getBytes(UTF_8), ISO_8859_1);
        Raw.exchange(web.uri("/").getPort(), "POST /blob/letters HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n"
                + "x-LETTERS-of-it: " + value + "\r\nX-MIME-TYPE: image/png\r\nX-Latin: na\u00EFve\r\n\r\nx");
        assertThat(Raw.exchange(web.uri("/").getPort(), "GET /blob/letters HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("\r\nX-Letters-Of-It: " + value + "\r\n", "\r\nX-Mime-Type: image/png\r\n",
                        "\r\nX-Latin: " + new String("na\u00EFve".getBytes(UTF_8), ISO_8859_1) + "\r\n");
    }

    @Test
    void sos_9_the_type_is_what_the_uploader_says_and_only_that() {
        web.call("POST", "/blob/page", "<script>alert(1)</script>".getBytes(UTF_8), "X-Mime-Type", "text/html", "Content-Type", "image/png");
        HttpResponse<byte[]> page = web.call("GET", "/blob/page", null);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(page, "Content-Security-Policy")).as("it runs nothing in this node's name").isEqualTo("sandbox");
        web.call("POST", "/blob/untyped", "<html>".getBytes(UTF_8), "Content-Type", "text/html", "X-Mime-Type", "nonsense");
        HttpResponse<byte[]> untyped = web.call("GET", "/blob/untyped", null);
        assertThat(header(untyped, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(untyped, "X-Mime-Type")).isEqualTo("nonsense");
    }

    @Test
    void sos_32_and_fault_3_what_is_stored_again_is_the_new_bytes_with_the_new_metadata_alone() {
        web.call("POST", "/blob/again", random(10), "X-Old", "old", "X-Mime-Type", "image/png");
        web.call("POST", "/blob/again", random(20), "X-New", "new");
        HttpResponse<byte[]> got = web.call("GET", "/blob/again", null);
        assertThat(got.body()).isEqualTo(random(20));
        assertThat(header(got, "X-New")).isEqualTo("new");
        assertThat(header(got, "X-Old")).isNull();
        assertThat(header(got, "Content-Type")).isEqualTo("application/octet-stream");
    }

    @Test
    void sos_32_and_fault_6_an_id_that_looks_like_a_sha_1_is_the_one_of_its_bytes() {
        byte[] data = random(70_000);
        String sha1 = Sha1.of(data);
        HttpResponse<byte[]> poison = web.call("POST", "/blob/" + sha1, random(5));
        assertThat(poison.statusCode()).isEqualTo(422);
        assertThat(text(poison)).contains(Sha1.of(random(5)), sha1);
        assertThat(web.call("GET", "/blob/" + sha1, null).statusCode()).isEqualTo(404);
        assertThat(web.call("POST", "/blob/" + sha1, data).statusCode()).isEqualTo(200);
        assertThat(web.call("POST", "/blob/" + sha1, random(5)).statusCode()).isEqualTo(422);
        assertThat(web.call("GET", "/blob/" + sha1, null).body()).isEqualTo(data);
        assertThat(web.call("POST", "/blob/" + sha1.substring(1), random(5)).statusCode()).as("39 digits are any name").isEqualTo(200);
    }

    @Test
    void fault_1_every_byte_survives_a_percent_sign_among_them() {
        byte[] data = new byte[65_536];
        IntStream.range(0, data.length).forEach(i -> data[i] = (byte) (i % 2 == 0 ? '%' : i / 2));
        web.call("POST", "/blob/percent", data);
        assertThat(web.call("GET", "/blob/percent", null).body()).isEqualTo(data);
        assertThat(web.call("GET", "/fetch/percent", null).body()).isEqualTo(data);
    }

    @Test
    void fault_6_what_came_by_another_door_is_found_by_its_sha_1_with_the_type_that_was_told_there() {
        byte[] data = random(80_000);
        web.stored(data, "Content-Type", "image/png");
        HttpResponse<byte[]> got = web.call("GET", "/blob/" + Sha1.of(data), null);
        assertThat(got.body()).isEqualTo(data);
        assertThat(header(got, "Content-Type")).isEqualTo("image/png");
        assertThat(web.call("HEAD", "/blob/" + Sha1.of(data), null).statusCode()).isEqualTo(200);
        assertThat(text(web.call("GET", "/blobs", null))).as("it is no blob of theirs").doesNotContain(Sha1.of(data));
    }

    @Test
    void fault_7_metadata_that_others_than_the_uploader_added_or_others_than_the_reader_obey_is_not_kept() {
        String[] left = {"X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "X-Request-Id", "X-Amzn-Trace-Id", "X-Frame-Options",
            "X-Xss-Protection", "X-Accel-Redirect", "X-Accel-Buffering", "X-Sendfile", "X-Csrf-Token"};
        String[] headers = Arrays.stream(left).flatMap(name -> Arrays.stream(new String[] {name, "bad"})).toArray(String[]::new);
        web.call("POST", "/blob/filtered", random(3), headers);
        HttpResponse<byte[]> got = web.call("GET", "/blob/filtered", null);
        assertThat(left).allSatisfy(name -> assertThat(header(got, name)).as(name).isNull());

        web.call("POST", "/blob/sniff", random(3), "X-Content-Type-Options", "sniff");
        assertThat(web.call("GET", "/blob/sniff", null).headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void fault_10_metadata_is_bounded_and_as_much_as_is_taken_comes_back() {
        assertThat(web.call("POST", "/blob/toomuch", random(3), "X-A", "a".repeat(2_000), "X-B", "b".repeat(2_100)).statusCode()).isEqualTo(413);
        assertThat(web.call("GET", "/blob/toomuch", null).statusCode()).isEqualTo(404);
        assertThat(web.call("POST", "/blob/much", random(3), "X-A", "a".repeat(2_000), "X-B", "b".repeat(2_090)).statusCode()).isEqualTo(200);
        assertThat(header(web.call("GET", "/blob/much", null), "X-B")).isEqualTo("b".repeat(2_090));
    }
}
