package apidrive.door.sos;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.door.object.Web;

/** The API server's half of the SOS contract, row by row, at the root and in the folder; and what a node refuses. */
class ApiServerTest {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String CATCH_ALL = "Invalid method or location.";
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
    void sos_10_and_11_what_is_uploaded_is_fetched_by_its_sha_1(String folder) {
        for (int size : new int[] {0, 1, 200_000}) {
            byte[] data = random(size);
            HttpResponse<byte[]> stored = web.call("POST", folder + "/upload", data);
            assertThat(stored.statusCode()).isEqualTo(200);
            assertThat(text(stored)).isEqualTo("{\"id\":\"" + Sha1.of(data) + "\",\"status\":\"OK\",\"size\":" + size + "}");
            assertThat(header(stored, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);
            HttpResponse<byte[]> got = web.call("GET", folder + "/fetch/" + Sha1.of(data), null);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(data);
        }
        byte[] streamed = random(150_000);
        assertThat(text(web.stream("POST", folder + "/upload", new ByteArrayInputStream(streamed)))).contains(Sha1.of(streamed));
        assertThat(text(web.call("GET", "/blobs", null))).contains(Sha1.of(streamed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/sos"})
    void sos_12_head_of_a_fetch_tells_whether_it_is_there(String folder) {
        web.call("POST", folder + "/blob/head", random(321));
        HttpResponse<byte[]> there = web.call("HEAD", folder + "/fetch/head.jpg", null);
        assertThat(there.statusCode()).isEqualTo(200);
        assertThat(header(there, "Content-Length")).isEqualTo("321");
        assertThat(header(there, "Connection")).isEqualTo("close");
        HttpResponse<byte[]> missing = web.call("HEAD", folder + "/fetch/nobody", null);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(header(missing, "Connection")).isEqualTo("close");
    }

    @Test
    void sos_13_the_last_extension_is_dropped_and_only_that() {
        web.call("POST", "/blob/abc", random(10));
        for (String file : new String[] {"abc", "abc.jpg", "abc.", "abc.tar%3F"}) {
            assertThat(web.call("GET", "/fetch/" + file, null).body()).as(file).isEqualTo(random(10));
        }
        assertThat(web.call("GET", "/fetch/abc.tar.gz", null).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "nobody.txt", "ABC", "a-b", ".jpg", "da39a3ee5e6b4b0d3255bfef95601890afd80700"})
    void sos_11_what_is_missing_is_404_without_a_word(String file) {
        HttpResponse<byte[]> missing = web.call("GET", "/fetch/" + file, null);
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).isEmpty();
        assertThat(header(missing, "Connection")).isEqualTo("close");
    }

    @Test
    void sos_8_and_9_metadata_travels_with_the_upload_and_the_type_is_what_it_says() {
        byte[] data = random(77);
        web.call("POST", "/upload", data, "X-Colour", "blue", "X-Mime-Type", "image/png", "X-Forwarded-For", "192.0.2.1");
        HttpResponse<byte[]> got = web.call("GET", "/fetch/" + Sha1.of(data) + ".txt", null);
        assertThat(header(got, "X-Colour")).isEqualTo("blue");
        assertThat(header(got, "Content-Type")).isEqualTo("image/png");
        assertThat(header(got, "X-Forwarded-For")).isNull();
    }

    @Test
    void sos_11_a_range_of_a_fetch_is_honoured() {
        byte[] data = random(70_000);
        web.call("POST", "/upload", data);
        HttpResponse<byte[]> part = web.call("GET", "/fetch/" + Sha1.of(data), null, "Range", "bytes=-5");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(data, 69_995, 70_000));
    }

    @ParameterizedTest
    @CsvSource({"GET,/upload", "DELETE,/upload", "POST,/upload/x", "POST,/fetch/x", "DELETE,/fetch/x", "PUT,/fetch/x", "GET,/fetch",
            "GET,/fetch/", "GET,/fetch/a/b"})
    void sos_6_whatever_else_is_asked_for_is_an_invalid_method_or_location(String verb, String path) {
        for (String folder : new String[] {"", "/sos"}) {
            HttpResponse<byte[]> answer = web.call(verb, folder + path, verb.equals("GET") ? null : new byte[3]);
            assertThat(answer.statusCode()).as(folder + path).isEqualTo(404);
            assertThat(text(answer)).as(folder + path).isEqualTo(CATCH_ALL);
        }
    }

    @Test
    void c2_a_single_name_that_is_put_at_the_root_is_for_dtfc() {
        assertThat(text(web.call("PUT", "/upload", random(3)))).contains("\"sha512\"");
        assertThat(text(web.call("PUT", "/alive", random(3)))).contains("\"sha512\"");
        assertThat(web.call("GET", "/health/ready", null).statusCode()).isEqualTo(200);
        assertThat(text(web.call("GET", "/", null))).contains("API Drive");
    }

    @Test
    void fault_2_a_full_node_refuses_with_507_and_keeps_no_name() {
        try (TestNode full = TestNode.start(Map.of("slots", "2"))) {
            Web there = new Web(full);
            byte[] data = random(400_000);
            HttpResponse<byte[]> upload = there.call("POST", "/upload", data);
            assertThat(upload.statusCode()).isEqualTo(507);
            assertThat(text(upload)).isEqualTo("{\"error\":\"upload failed\"}");
            assertThat(header(upload, "Content-Type")).isEqualToIgnoringWhitespace(TEXT);
            HttpResponse<byte[]> blob = there.call("POST", "/blob/big", data);
            assertThat(blob.statusCode()).isEqualTo(507);
            assertThat(text(blob)).isEqualTo("failed to write to storage\n");
            assertThat(there.call("GET", "/fetch/" + Sha1.of(data), null).statusCode()).isEqualTo(404);
            assertThat(text(there.call("GET", "/blobs", null))).isEqualTo("[]");
        }
    }

    @Test
    void fault_10_an_address_stores_its_chunks_of_a_period_and_objects_have_a_size() {
        try (TestNode bounded = TestNode.start(Map.of("rate-chunks", "4", "object-bytes", "1MiB"))) {
            Web there = new Web(bounded);
            HttpResponse<byte[]> upload = there.call("POST", "/upload", random(300_000));
            assertThat(upload.statusCode()).isEqualTo(429);
            assertThat(text(upload)).isEqualTo("{\"error\":\"upload failed\"}");
            assertThat(header(upload, "Retry-After")).isNotNull();
            assertThat(header(upload, "RateLimit")).isNotNull();
            HttpResponse<byte[]> blob = there.stream("POST", "/blob/x", new ByteArrayInputStream(random(300_000)));
            assertThat(blob.statusCode()).isEqualTo(429);
            assertThat(text(blob)).isEqualTo("failed to write to storage\n");
            assertThat(there.call("POST", "/blob/x", random(1_048_577)).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void sos_32_without_strictness_an_id_that_looks_like_a_sha_1_is_any_name_but_with_it_again_means_its_bytes_alone() {
        try (TestNode tolerant = TestNode.start(Map.of("sos-strict", "false"))) {
            String sha1 = Sha1.of(random(9));
            Web there = new Web(tolerant);
            assertThat(there.call("POST", "/blob/" + sha1, random(5)).statusCode()).isEqualTo(200);
            assertThat(there.call("GET", "/blob/" + sha1, null).body()).isEqualTo(random(5));
            try (TestNode strict = TestNode.start(tolerant.database(), Map.of())) {
                Web here = new Web(strict);
                assertThat(here.call("GET", "/fetch/" + sha1, null).statusCode()).isEqualTo(404);
                here.stored(random(9));
                assertThat(here.call("GET", "/fetch/" + sha1, null).body()).isEqualTo(random(9));
            }
        }
    }

    @Test
    void sos_29_while_the_database_is_away_nothing_is_200() {
        try (TestNode node = TestNode.start()) {
            Web there = new Web(node);
            there.call("POST", "/blob/kept", random(5));
            node.database().execute("ALTER TABLE apidrive.name RENAME TO elsewhere");
            assertThat(there.call("GET", "/blob/kept", null).statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(there.call("HEAD", "/fetch/kept", null).statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(there.call("GET", "/blobs", null).statusCode()).isGreaterThanOrEqualTo(500);
            HttpResponse<byte[]> upload = there.call("POST", "/upload", random(7));
            assertThat(upload.statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(text(upload)).isEqualTo("{\"error\":\"upload failed\"}");
        }
    }
}
