package apidrive.door.api;

import static apidrive.door.api.Caller.header;
import static apidrive.door.api.Caller.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import apidrive.TestNode;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Chunks as plain bytes, as HTTP's own tools see them. */
class RawChunkTest {
    private static final Chunk CHUNK = Chunk.of(random(65_536));
    private static final String PATH = "/api/drive/chunk/" + CHUNK.id();
    private static final String TAG = "\"" + CHUNK.digest() + "\"";

    private static TestNode node;
    private static Caller caller;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        caller = new Caller(node);
        assertThat(caller.call("PUT", "/api/drive/chunk", CHUNK.data()).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void the_bytes_come_back_with_a_strong_tag_and_their_length() {
        HttpResponse<byte[]> answer = caller.call("GET", PATH, null);

        assertThat(answer.body()).isEqualTo(CHUNK.data());
        assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(answer, "Content-Length")).isEqualTo("65536");
        assertThat(header(answer, "ETag")).isEqualTo(TAG);
        assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void a_chunk_retrieved_often_comes_back_the_same_each_time_and_by_each_way() {
        Document contract = new Document().with("Id", CHUNK.id());
        byte[] bson = Format.BSON.write(new Document().with("Id", null).with("Data", CHUNK.data()));
        for (int i = 0; i < 200; i++) {
            assertThat(caller.call("GET", PATH, null).body()).isEqualTo(CHUNK.data());
            HttpResponse<byte[]> answer = caller.bson("/api/drive/retrieve", contract);
            assertThat(answer.body()).isEqualTo(bson);
            assertThat(header(answer, "Content-Type")).isEqualTo("application/bson; charset=utf-8");
        }
        assertThat(caller.call("GET", PATH, null, "Range", "bytes=7-9").body())
                .isEqualTo(Arrays.copyOfRange(CHUNK.data(), 7, 10));
        assertThat(Format.JSON.readDocument(caller.json("/api/drive/retrieve", "{\"Id\":\"" + CHUNK.id() + "\"}").body())
                .bytes("Data")).contains(CHUNK.data());
    }

    @Test
    void head_tells_the_same_without_the_bytes_and_the_end_of_the_lease() {
        HttpResponse<byte[]> answer = caller.call("HEAD", PATH, null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Length")).isEqualTo("65536");
        assertThat(header(answer, "ETag")).isEqualTo(TAG);
        assertThat(header(answer, "Lease-Expires")).startsWith("20");
        assertThat(caller.call("HEAD", "/api/drive/chunk/" + Chunk.of(new byte[] {9}).id(), null).statusCode()).isEqualTo(404);
    }

    @Test
    void post_and_put_under_the_own_id_store_as_well_and_other_bytes_are_refused() {
        assertThat(caller.call("POST", "/api/drive/chunk", CHUNK.data()).statusCode()).isEqualTo(200);
        assertThat(caller.call("PUT", PATH, CHUNK.data(), "Content-Type", "image/png").statusCode()).isEqualTo(200);
        assertThat(problem(caller.call("PUT", PATH, random(5)))).isEqualTo("digest-mismatch");
        assertThat(problem(caller.call("PUT", "/api/drive/chunk/no-guid", random(5)))).isEqualTo("malformed");
        assertThat(problem(caller.call("PUT", PATH, CHUNK.data(), "If-None-Match", "*"))).isEqualTo("precondition-failed");
    }

    @Test
    void what_is_over_64_kib_is_refused_whether_its_length_is_told_or_not() throws Exception {
        assertThat(problem(caller.call("PUT", "/api/drive/chunk", random(65_537)))).isEqualTo("too-large");
        HttpResponse<String> streamed = HttpClient.newHttpClient().send(HttpRequest.newBuilder(node.uri("/api/drive/chunk"))
                .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(random(65_537)))).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(streamed.statusCode()).isEqualTo(413);
    }

    @Test
    void conditions_are_kept() {
        assertThat(caller.call("GET", PATH, null, "If-None-Match", TAG).statusCode()).isEqualTo(304);
        assertThat(caller.call("GET", PATH, null, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
        assertThat(caller.call("GET", PATH, null, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
        assertThat(caller.call("HEAD", PATH, null, "If-None-Match", TAG).statusCode()).isEqualTo(304);
    }

    @Test
    void a_condition_may_list_tags_and_a_weak_one_is_enough_to_spare_the_bytes_but_not_to_match() {
        String list = "\"a,b\", W/" + TAG + ", \"c\"";

        assertThat(caller.call("GET", PATH, null, "If-None-Match", list).statusCode()).isEqualTo(304);
        assertThat(caller.call("GET", PATH, null, "If-Match", list).statusCode()).isEqualTo(412);
        assertThat(caller.call("GET", PATH, null, "If-Match", "\"a\", " + TAG).statusCode()).isEqualTo(200);
        assertThat(caller.call("GET", PATH, null, "If-None-Match", "no tag at all").statusCode()).isEqualTo(200);
    }

    @Test
    void the_path_matches_in_any_case_and_with_a_slash_behind_it_and_nothing_lies_below_a_chunk() {
        String shouted = PATH.toUpperCase(Locale.ROOT) + "/";

        assertThat(caller.call("GET", shouted, null).body()).isEqualTo(CHUNK.data());
        assertThat(caller.call("GET", PATH + "/more", null).statusCode()).isEqualTo(404);
    }

    @Test
    void another_verb_is_told_which_there_are() {
        HttpResponse<byte[]> refused = caller.call("DELETE", PATH, null);

        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(header(refused, "Allow")).isEqualTo("GET, HEAD, PUT");
        assertThat(header(caller.call("OPTIONS", "/api/drive/chunk", null), "Allow")).isEqualTo("POST, PUT, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bytes=0-9       | 0     | 10",
        "bytes=65530-    | 65530 | 65536",
        "bytes=-5        | 65531 | 65536",
        "bytes=-99999    | 0     | 65536",
        "bytes=100-99999 | 100   | 65536",
        "Bytes=7-7       | 7     | 8"})
    void a_range_brings_its_part(String range, int from, int to) {
        HttpResponse<byte[]> answer = caller.call("GET", PATH, null, "Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(CHUNK.data(), from, to));
        assertThat(header(answer, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/65536");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"bytes=0-1,4-5", "bytes=9-1", "items=0-1", "bytes=", "bytes=a-b"})
    void several_ranges_or_none_that_can_be_read_bring_the_whole(String range) {
        assertThat(caller.call("GET", PATH, null, "Range", range).statusCode()).isEqualTo(200);
    }

    @Test
    void a_range_beyond_the_end_is_416_with_the_size_and_if_range_of_other_bytes_brings_the_whole() {
        HttpResponse<byte[]> beyond = caller.call("GET", PATH, null, "Range", "bytes=65536-");

        assertThat(problem(beyond)).isEqualTo("range-not-satisfiable");
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */65536");
        assertThat(caller.call("GET", PATH, null, "Range", "bytes=-0").statusCode()).isEqualTo(416);
        assertThat(caller.call("GET", PATH, null, "Range", "bytes=0-1", "If-Range", TAG).statusCode()).isEqualTo(206);
        assertThat(caller.call("GET", PATH, null, "Range", "bytes=0-1", "If-Range", "\"x\"").statusCode()).isEqualTo(200);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
