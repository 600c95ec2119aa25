package apidrive.door.object;

import static apidrive.door.object.Web.document;
import static apidrive.door.object.Web.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.wire.Digest;
import apidrive.wire.Document;

/** Objects under names, and under the hashes of their bytes, over HTTP. */
class NamedObjectTest {
    private static final byte[] ONE = "one".getBytes(UTF_8);
    private static final byte[] OTHER = "another".getBytes(UTF_8);
    private static final String SHA1_OF_ONE = "fe05bcdcdc4928012781a5f1a2a77cbb5398e106";

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

    @Test
    void what_is_put_under_a_name_is_got_by_it_with_all_that_was_said() {
        HttpResponse<byte[]> put = web.call("PUT", "/api/drive/name/photos/2026/Cat%20%E2%98%BA.PNG", ONE, "Content-Type", "image/png",
                "Apidrive-Meta-Owner", "J%C3%BCrgen, 100%25 + 1");
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(document(put).text("Name")).contains("2026/Cat ☺.PNG");
        assertThat(document(put).text("FileName")).contains("Cat ☺.PNG");

        HttpResponse<byte[]> got = web.call("GET", "/api/drive/name/photos/2026/Cat%20%E2%98%BA.PNG", null);
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(ONE);
        assertThat(header(got, "Content-Type")).isEqualTo("image/png");
        assertThat(header(got, "Apidrive-Meta-Owner")).isEqualTo("J%C3%BCrgen, 100%25 + 1");
        assertThat(header(got, "Cache-Control")).startsWith("no-cache");
        assertThat(web.call("GET", header(got, "Content-Location"), null).body()).isEqualTo(ONE);
        HttpResponse<byte[]> head = web.call("HEAD", "/api/drive/name/photos/2026/Cat%20%E2%98%BA.PNG", null);
        assertThat(header(head, "Content-Length")).isEqualTo("3");
        assertThat(header(head, "ETag")).isEqualTo(header(got, "ETag"));
        assertThat(web.call("GET", "/api/drive/name/photos/2026/cat%20%E2%98%BA.png", null).statusCode()).as("case counts").isEqualTo(404);
    }

    @Test
    void a_part_of_a_named_object_is_got_and_what_the_caller_has_is_not_sent() {
        String etag = header(web.call("PUT", "/api/drive/name/parts/a", OTHER), "ETag");
        HttpResponse<byte[]> part = web.call("GET", "/api/drive/name/parts/a", null, "Range", "bytes=0-1");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("an".getBytes(UTF_8));
        assertThat(web.call("GET", "/api/drive/name/parts/a", null, "If-None-Match", etag).statusCode()).isEqualTo(304);
    }

    @Test
    void a_name_that_means_another_thing_by_now_still_tells_what_it_meant() {
        web.call("PUT", "/api/drive/name/versions/a", ONE);
        HttpResponse<byte[]> again = web.call("PUT", "/api/drive/name/versions/a", OTHER);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/api/drive/name/versions/a", null).body()).isEqualTo(OTHER);

        List<Document> versions = names("/api/drive/name/versions?versionsOf=a");
        assertThat(versions).hasSize(2);
        long first = versions.get(1).number("Version").orElseThrow();
        assertThat(web.call("GET", "/api/drive/name/versions/a?version=" + first, null).body()).isEqualTo(ONE);
        assertThat(web.call("GET", "/api/drive/name/versions/a?version=1", null).statusCode()).isEqualTo(404);
    }

    @Test
    void an_immutable_name_keeps_its_content() {
        assertThat(web.call("PUT", "/api/drive/name/fixed/a?mode=immutable", ONE).statusCode()).isEqualTo(201);
        assertThat(web.call("PUT", "/api/drive/name/fixed/a?mode=immutable", ONE).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> refused = web.call("PUT", "/api/drive/name/fixed/a?mode=immutable", OTHER);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(document(refused).text("type")).contains("urn:apidrive:problem:name-taken");
        String others = "sha-256=:" + Base64.getEncoder().encodeToString(Digest.of(OTHER).bytes()) + ":";
        assertThat(web.call("PUT", "/api/drive/name/fixed/a?mode=immutable", OTHER, "Content-Digest", others).statusCode())
                .as("known before anything is stored").isEqualTo(409);
        assertThat(web.call("GET", "/api/drive/name/fixed/a", null).body()).isEqualTo(ONE);
    }

    @Test
    void conditions_hold_for_what_the_name_means_now() {
        String path = "/api/drive/name/conditions/a";
        assertThat(web.call("PUT", path, ONE, "If-Match", "*").statusCode()).isEqualTo(412);
        String etag = header(web.call("PUT", path, ONE, "If-None-Match", "*"), "ETag");
        assertThat(web.call("PUT", path, OTHER, "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(web.call("PUT", path, OTHER, "If-Match", etag).statusCode()).isEqualTo(200);
        assertThat(web.call("DELETE", path, null, "If-Match", etag).statusCode()).isEqualTo(412);
    }

    @Test
    void conditions_hold_still_when_all_has_come() throws Exception {
        String path = "/api/drive/name/conditions/slow";
        PipedOutputStream out = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(out, 200_000);
        CompletableFuture<HttpResponse<byte[]>> slow = CompletableFuture.supplyAsync(() ->
                web.stream("PUT", path, in, "If-None-Match", "*"));
        out.write(new byte[100_000]);
        out.flush();
        Awaitility.await().until(() -> node.database().number("SELECT count(*) FROM apidrive.unnamed_lease") > 0);
        assertThat(web.call("PUT", path, ONE, "If-None-Match", "*").statusCode()).isEqualTo(201);
        out.close();

        assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(412);
        assertThat(web.call("GET", path, null).body()).isEqualTo(ONE);
    }

    @Test
    void a_name_can_be_given_to_an_object_that_is_kept_already() {
        String root = web.stored(OTHER, "Content-Type", "text/plain");
        HttpResponse<byte[]> put = web.call("PUT", "/api/drive/name/given/a?root=" + root, new byte[0]);
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(document(put).text("Root")).contains(root);
        assertThat(web.call("GET", "/api/drive/name/given/a", null).body()).isEqualTo(OTHER);
        assertThat(web.call("PUT", "/api/drive/name/given/b?root=00000000-0000-8000-8000-000000000000", new byte[0]).statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_name_may_be_for_a_chosen_time_and_what_is_said_last_counts() {
        String name = "/api/drive/name/timed/a";
        Document first = document(web.call("PUT", name + "?lifetime=P2D", ONE));
        assertThat(Instant.parse(first.text("EndsAt").orElseThrow()))
                .isBetween(Instant.now().plus(Duration.ofHours(47)), Instant.now().plus(Duration.ofHours(49)));
        assertThat(header(web.call("HEAD", name, null), "Apidrive-Ends")).endsWith("GMT");
        assertThat(names("/api/drive/name/timed").get(0).text("EndsAt")).isEqualTo(first.text("EndsAt"));
        String root = first.text("Root").orElseThrow();
        assertThat(document(web.call("PUT", name + "?root=" + root + "&lifetime=60", null)).text("EndsAt").map(Instant::parse).orElseThrow())
                .isBefore(Instant.now().plusSeconds(62));
        assertThat(document(web.call("PUT", name + "?root=" + root, null)).text("EndsAt")).isEmpty();
        assertThat(header(web.call("GET", name, null), "Apidrive-Ends")).isNull();
        for (String wrong : List.of("0", "P36501D", "P1Y", "soon", "")) {
            HttpResponse<byte[]> refused = web.call("PUT", name + "?lifetime=" + wrong, ONE);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(document(refused).text("detail").orElseThrow()).contains("lifetime");
            assertThat(web.call("PUT", "/api/drive/object?lifetime=" + wrong, ONE).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void a_deleted_name_is_unknown_and_can_be_put_again() {
        web.call("PUT", "/api/drive/name/deleted/a", ONE);
        assertThat(web.call("DELETE", "/api/drive/name/deleted/a", null).statusCode()).isEqualTo(204);
        assertThat(web.call("GET", "/api/drive/name/deleted/a", null).statusCode()).isEqualTo(404);
        assertThat(web.call("DELETE", "/api/drive/name/deleted/a", null).statusCode()).isEqualTo(404);
        assertThat(web.call("PUT", "/api/drive/name/deleted/a", OTHER).statusCode()).isEqualTo(201);
        assertThat(web.call("GET", "/api/drive/name/deleted/a", null).body()).isEqualTo(OTHER);
    }

    @Test
    void names_are_listed_by_their_beginning_a_page_at_a_time() {
        for (String name : List.of("a/1", "a/2", "a/3", "b")) {
            web.call("PUT", "/api/drive/name/listed/" + name, ONE);
        }
        assertThat(names("/api/drive/name/listed").stream().map(name -> name.text("Name").orElseThrow())).containsExactly("a/1", "a/2", "a/3", "b");
        Document page = document(web.call("GET", "/api/drive/name/listed?prefix=a/&limit=2", null));
        assertThat(page.text("Next")).contains("a/2");
        assertThat(names("/api/drive/name/listed?prefix=a/&limit=2&after=a/2")).hasSize(1);
        assertThat(names("/api/drive/name/nobody-put-anything-here")).isEmpty();
    }

    @Test
    void names_are_listed_without_all_else_that_is_known_of_them() {
        for (String name : List.of("a/1", "a/2", "a/3", "b")) {
            web.call("PUT", "/api/drive/name/bare/" + name, ONE);
        }
        web.call("DELETE", "/api/drive/name/bare/a/2", null);
        assertThat(names("/api/drive/name/bare?only=names")).extracting(Document::members)
                .containsExactly(Map.of("Name", "a/1"), Map.of("Name", "a/3"), Map.of("Name", "b"));
        Document page = document(web.call("GET", "/api/drive/name/bare?only=names&prefix=a/&limit=1", null));
        assertThat(page.text("Next")).contains("a/1");
        assertThat(names("/api/drive/name/bare?only=names&prefix=a/&limit=1&after=a/1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha1", "sha256", "sha512", "sos", "dtfc"})
    void namespaces_of_hashes_and_of_other_protocols_are_written_by_those_alone(String namespace) {
        assertThat(web.call("PUT", "/api/drive/name/" + namespace + "/a", ONE).statusCode()).isEqualTo(403);
        assertThat(web.call("DELETE", "/api/drive/name/" + namespace + "/a", null).statusCode()).isEqualTo(403);
        assertThat(web.call("GET", "/api/drive/name/" + namespace, null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"PUT,/api/drive/name/Photos/a", "PUT,/api/drive/name/-/a", "PUT,/api/drive/name/a/b?mode=x", "GET,/api/drive/name/a?limit=0",
        "GET,/api/drive/name/a?limit=1001", "GET,/api/drive/name/a?limit=x", "GET,/api/drive/name/a?only=sizes",
        "GET,/api/drive/name/a?only=names&versionsOf=b", "PUT,/api/drive/name/a/b?root=x", "GET,/api/drive/object/abc"})
    void what_is_no_name_is_malformed(String method, String path) {
        assertThat(web.call(method, path, method.equals("PUT") ? ONE : null).statusCode()).isEqualTo(400);
    }

    @Test
    void an_object_is_got_by_every_hash_of_its_bytes_until_it_is_deleted() {
        byte[] bytes = "known by its hashes alone".getBytes(UTF_8);
        String root = web.stored(bytes, "Content-Type", "text/plain");
        Document known = document(web.call("PUT", "/api/drive/object", bytes));
        String sha1 = known.text("Sha1").orElseThrow();
        List<String> hashes = List.of(sha1, known.text("Sha256").orElseThrow(), known.text("Sha512").orElseThrow().toUpperCase());
        for (String hash : hashes) {
            assertThat(web.call("GET", "/api/drive/object/" + hash, null).body()).isEqualTo(bytes);
            assertThat(web.call("HEAD", "/api/drive/object/" + hash, null).statusCode()).isEqualTo(200);
        }
        assertThat(web.call("GET", "/api/drive/name/sha1/" + sha1, null).body()).isEqualTo(bytes);
        assertThat(web.call("GET", "/api/drive/object/" + "0".repeat(40), null).statusCode()).isEqualTo(404);

        assertThat(web.call("DELETE", "/api/drive/object/" + root, null).statusCode()).isEqualTo(204);
        for (String hash : hashes) {
            assertThat(web.call("GET", "/api/drive/object/" + hash, null).statusCode()).isEqualTo(404);
        }
        assertThat(node.database().number("SELECT count(*) FROM apidrive.object WHERE root = '" + root + "'")).isZero();
        web.stored(bytes);
        assertThat(web.call("GET", "/api/drive/object/" + sha1, null).body()).isEqualTo(bytes);
    }

    @Test
    void an_object_that_somebody_gave_a_name_stays_and_is_found_by_its_hashes_when_it_is_deleted_as_such() {
        web.call("PUT", "/api/drive/name/holding/a", ONE);
        String root = web.stored(ONE);
        assertThat(web.call("DELETE", "/api/drive/object/" + root, null).statusCode()).isEqualTo(204);
        assertThat(web.call("GET", "/api/drive/object/" + SHA1_OF_ONE, null).body()).isEqualTo(ONE);
        assertThat(web.call("GET", "/api/drive/name/holding/a", null).body()).isEqualTo(ONE);
    }

    private static List<Document> names(String path) {
        HttpResponse<byte[]> answer = web.call("GET", path, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        return ((List<?>) document(answer).get("Names").orElseThrow()).stream().map(Document.class::cast).toList();
    }
}
