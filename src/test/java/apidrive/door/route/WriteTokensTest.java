package apidrive.door.route;

import static apidrive.door.object.Web.document;
import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.problem;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.ReadmeLines;
import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** DT-25 and C9a: one switch has every write, by every door, bring a token. */
@Timeout(120)
class WriteTokensTest {
    private static final byte[] DATA = random(3_000);
    private static final String CHUNK = "/api/drive/chunk/" + Chunk.of(DATA).id();
    private static final String NOBODY = "apidrive_" + "0".repeat(32) + "_" + "a".repeat(43);
    private static TestNode node;
    private static Web web;
    private static AdminCaller admin;
    private static String writer;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of("write-tokens", "true"));
        web = new Web(node);
        admin = new AdminCaller(node).signedIn();
        writer = admin.token("writer");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"PUT,/api/drive/chunk,-", "POST,/api/drive/chunk,-", "POST,/api/drive/store,-",
        "POST,/api/drive/batch/store,-", "PUT,/api/drive/object,-", "POST,/api/drive/object,-", "DELETE,/api/drive/object/abc,-",
        "PUT,/api/drive/name/a/b,-",
        "DELETE,/api/drive/name/a/b,-", "POST,/api/drive/upload,-", "PATCH,/api/drive/upload/x,-", "DELETE,/api/drive/upload/x,-",
        "PUT,/API/Drive/Chunk/,-", "PROPFIND,/api/drive/slots,-",
        "POST,/upload,{\"error\":\"upload failed\"}", "POST,/sos/upload,{\"error\":\"upload failed\"}",
        "POST,/blob/abc,whoever writes", "POST,/sos/blob/abc,whoever writes", "PUT,/a.txt,401 Unauthorized.",
        "PUT,/dtfc/a.txt,401 Unauthorized.", "DELETE,/dtfc/a.txt,401 Unauthorized.", "PUT,/refreshpeers.html,401 Unauthorized."})
    void whoever_writes_without_a_token_is_refused_in_the_form_of_the_door(String verb, String path, String words) {
        HttpResponse<byte[]> refused = web.call(verb, path, DATA);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, "WWW-Authenticate")).startsWith("Basic realm=").contains("Bearer realm=");
        if (words == null) {
            assertThat(header(refused, "Content-Type")).startsWith("application/problem+json");
            assertThat(problem(refused)).isEqualTo("unauthenticated");
        } else {
            assertThat(header(refused, "Content-Type")).isEqualToIgnoringWhitespace("text/plain; charset=utf-8");
            assertThat(text(refused)).startsWith(words);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "Basic"})
    void a_writers_token_opens_every_door(String scheme) {
        String[] proof = {"Authorization", proof(scheme, writer)};
        byte[] data = random(2_000 + scheme.hashCode() % 100);
        assertThat(web.call("PUT", "/api/drive/chunk", data, proof).statusCode()).isEqualTo(200);
        assertThat(web.call("POST", "/upload", data, proof).statusCode()).isEqualTo(200);
        assertThat(web.call("POST", "/sos/blob/abc", data, proof).statusCode()).isEqualTo(200);
        assertThat(web.call("PUT", "/a.txt", data, proof).statusCode()).isEqualTo(200);
        assertThat(web.call("PUT", "/api/drive/name/files/a", data, proof).statusCode()).isIn(200, 201);
        assertThat(web.call("DELETE", "/api/drive/name/files/a", null, proof).statusCode()).isEqualTo(204);
        String hash = document(web.call("PUT", "/dtfc/b.txt", data, proof)).text("sha512").orElseThrow();
        assertThat(web.call("DELETE", "/" + hash, null, proof).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> upload = web.call("POST", "/api/drive/upload", null, "Authorization", proof[1], "Tus-Resumable", "1.0.0",
                "Upload-Length", "5");
        assertThat(upload.statusCode()).isEqualTo(201);
        assertThat(web.call("DELETE", header(upload, "Location"), null, "Authorization", proof[1], "Tus-Resumable", "1.0.0").statusCode())
                .isEqualTo(204);
    }

    @Test
    void reading_is_open_to_all_however_it_is_asked() {
        web.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", writer));
        String root = document(web.call("PUT", "/api/drive/object", DATA, "Authorization", proof("Bearer", writer))).text("Root")
                .orElseThrow();
        String id = Chunk.of(DATA).id().toString();
        assertThat(web.call("GET", CHUNK, null).body()).isEqualTo(DATA);
        assertThat(web.call("GET", "/api/drive/object/" + root, null).body()).isEqualTo(DATA);
        assertThat(web.call("HEAD", CHUNK, null).statusCode()).isEqualTo(200);
        assertThat(web.call("POST", "/api/drive/retrieve", ("{\"Id\":\"" + id + "\"}").getBytes(UTF_8), "Content-Type", "application/json")
                .statusCode()).isEqualTo(200);
        assertThat(web.call("POST", "/API/Drive/Retrieve/", ("{\"Id\":\"" + id + "\"}").getBytes(UTF_8), "Content-Type", "application/json")
                .statusCode()).isEqualTo(200);
        for (String many : List.of("retrieve", "renew")) {
            assertThat(web.call("POST", "/api/drive/batch/" + many, new byte[0], "Content-Type", "application/bson").statusCode())
                    .isEqualTo(200);
        }
        assertThat(web.call("GET", "/blobs", null).statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/health.html", null).statusCode()).isEqualTo(200);
        assertThat(web.call("OPTIONS", "/api/drive/upload", null).statusCode()).isEqualTo(204);
        assertThat(web.call("POST", "/api/peer/nothing", DATA).statusCode()).as("which proves itself otherwise").isEqualTo(404);
    }

    @Test
    void an_administrators_token_lets_write_and_a_writers_administers_nothing() {
        String token = admin.token("token");
        assertThat(web.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", token)).statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/api/admin/tokens", null, "Authorization", proof("Bearer", token)).statusCode()).isEqualTo(200);
        assertThat(web.call("GET", "/api/admin/tokens", null, "Authorization", proof("Bearer", writer)).statusCode()).isEqualTo(401);
        byte[] signIn = ("{\"Token\":\"" + writer + "\"}").getBytes(UTF_8);
        assertThat(web.call("POST", "/api/admin/session", signIn, "Content-Type", "application/json").statusCode()).isEqualTo(401);
        admin.signedIn();
    }

    @Test
    void a_revoked_token_is_refused_within_seconds() {
        String token = admin.token("writer");
        assertThat(web.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", token)).statusCode()).isEqualTo(200);
        String id = UUID.fromString(token.substring(9, 41).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5")).toString();
        assertThat(admin.delete("tokens/" + id).statusCode()).isEqualTo(204);
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofSeconds(3)).untilAsserted(() -> assertThat(
                web.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", token)).statusCode()).isEqualTo(401));
        admin.signedIn();
    }

    @Test
    void of_a_token_only_its_argon2_hash_is_kept() {
        String secret = writer.substring(42);
        assertThat(node.database().number("SELECT count(*) FROM apidrive.admin_token"
                + " WHERE NOT administers AND hash LIKE '$argon2id$v=19$m=19456,%'")).isPositive();
        assertThat(node.database().number("SELECT count(*) FROM apidrive.admin_token t WHERE t::text LIKE '%" + secret + "%'")).isZero();
        assertThat(node.database().number("SELECT count(*) FROM apidrive.audit a WHERE a::text LIKE '%" + secret + "%'")).isZero();
    }

    @Test
    void who_guesses_is_locked_out_and_many_who_come_at_once_with_a_good_token_are_not() {
        try (TestNode other = TestNode.start(Map.of("write-tokens", "true"))) {
            String good = new AdminCaller(other).signedIn().token("writer");
            try (TestNode sibling = TestNode.start(other.database(), Map.of("write-tokens", "true"))) {
                Web there = new Web(sibling);
                List<CompletableFuture<Integer>> many = IntStream.range(0, 24).mapToObj(i -> CompletableFuture.supplyAsync(() ->
                        there.call("PUT", "/api/drive/chunk", random(100 + i), "Authorization", proof("Bearer", good)).statusCode()))
                        .toList();
                assertThat(many.stream().map(CompletableFuture::join)).containsOnly(200);
                for (int i = 0; i < 5; i++) {
                    assertThat(there.call("PUT", "/a.txt", DATA, "Authorization", proof("Basic", NOBODY)).statusCode()).isEqualTo(401);
                }
                HttpResponse<byte[]> locked = there.call("POST", "/upload", DATA, "Authorization", proof("Bearer", NOBODY));
                assertThat(locked.statusCode()).isEqualTo(429);
                assertThat(header(locked, "Retry-After")).isNotNull();
                assertThat(there.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", good)).statusCode())
                        .as("who was let in before is not kept out by who guesses").isEqualTo(200);
            }
        }
    }

    @Test
    void a_page_of_another_site_cannot_use_what_a_browser_was_told() throws IOException {
        String basic = "Authorization: " + proof("Basic", writer);
        String authority = "127.0.0.1:" + node.uri("/").getPort();
        assertThat(raw("POST /blob/page HTTP/1.1\r\n" + basic + "\r\nOrigin: https://evil.example\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(raw("POST /blob/page HTTP/1.1\r\n" + basic + "\r\nOrigin: null\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(raw("POST /blob/page HTTP/1.1\r\n" + basic + "\r\nOrigin: http://" + authority + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(raw("POST /blob/page HTTP/1.1\r\nAuthorization: " + proof("Bearer", writer) + "\r\nOrigin: https://evil.example\r\n"))
                .as("no browser sends that by itself").startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/drive/name/files/../../../admin/x", "/api/drive/name/files/../../../peer/x",
        "/api/admin/../drive/name/files/x", "/api/admin/..;/drive/name/files/x",
        "/api/drive/name/files/x/../../../../../api/drive/retrieve", "//api/drive/name/files/x",
        "/api/drive/name/files/%2e%2e/%2e%2e/%2e%2e/admin/x", "/api/admin/%2e%2e/drive/chunk", "/api/drive;x/name/files/x",
        "/api/drive/retrieve/../chunk"})
    void no_detour_leads_past_it(String path) throws IOException {
        assertThat(raw("PUT " + path + " HTTP/1.1\r\n")).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain("\"Root\"");
        assertThat(node.database().number("SELECT count(*) FROM apidrive.name WHERE namespace = 'files' AND name LIKE '%x%'")).isZero();
    }

    @Test
    void a_token_that_another_node_made_opens_this_one_too_once_it_is_told() {
        try (TestNode other = TestNode.start(Map.of("write-tokens", "true"))) {
            Web there = new Web(other);
            AdminCaller itsAdmin = new AdminCaller(other).signedIn();
            assertThat(there.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", writer)).statusCode()).isEqualTo(401);
            Document told = new Document().with("Name", "from there").with("Kind", "writer").with("Token", writer);
            assertThat(itsAdmin.send("POST", "tokens", told).statusCode()).isEqualTo(200);
            assertThat(there.call("PUT", "/api/drive/chunk", DATA, "Authorization", proof("Bearer", writer)).statusCode()).isEqualTo(200);

            assertThat(itsAdmin.send("POST", "tokens", told).statusCode()).as("twice").isEqualTo(400);
            for (Document wrong : List.of(new Document().with("Name", "x").with("Kind", "token").with("Token", writer),
                    new Document().with("Name", "x").with("Kind", "writer").with("Token", "guess"),
                    new Document().with("Name", "x").with("Kind", "link"))) {
                assertThat(itsAdmin.send("POST", "tokens", wrong).statusCode()).isEqualTo(400);
            }
        }
    }

    @Test
    void the_lines_of_the_readme_do_what_they_say(@TempDir Path folder) throws Exception {
        String out = ReadmeLines.run(folder, "url=" + node.uri(""), "token=" + admin.token("token"),
                ReadmeLines.blocks("Who may write").get(0));

        assertThat(out).contains("\"Root\":", "\"status\":\"OK\"", "\"filename\":\"note.txt\"").endsWith("401\n");
        assertThat(folder.resolve("refused.txt")).hasContent("401 Unauthorized.\n");
    }

    private static String proof(String scheme, String token) {
        return scheme + " " + (scheme.equals("Basic") ? Base64.getEncoder().encodeToString(("anybody:" + token).getBytes(UTF_8)) : token);
    }

    /** What is answered to two bytes under this header. */
    private static String raw(String header) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", node.uri("/").getPort())) {
            socket.getOutputStream().write((header + "Host: 127.0.0.1:" + node.uri("/").getPort()
                    + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxy").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
