package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static apidrive.admin.AdminCaller.documents;
import static apidrive.admin.AdminCaller.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.wire.Document;

@Timeout(120)
class SignInTest {
    private static final int SECRET_LENGTH = 43;  // may hold and end with what stands before it
    private static final String GUARDED = "node";
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of("trusted-proxies", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void forget() {
        node.database().execute("DELETE FROM apidrive.admin_failure");
    }

    @Test
    void a_first_start_makes_a_link_and_a_second_does_not() {
        assertThat(node.database().number("SELECT count(*) FROM apidrive.audit WHERE actor = 'first start'")).isOne();
        try (TestNode second = TestNode.start(node.database(), Map.of())) {
            assertThat(second.database().number("SELECT count(*) FROM apidrive.audit WHERE actor = 'first start'")).isOne();
        }
    }

    @Test
    void nothing_is_shown_or_done_without_a_token_or_a_session() {
        AdminCaller stranger = new AdminCaller(node);
        for (String path : List.of(GUARDED, "slots", "settings", "history", "events", "jobs", "clients", "chunks",
                "database", "audit", "tokens", "session")) {
            HttpResponse<byte[]> answer = stranger.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).as(path).isPresent();
            assertThat(document(answer).text("type")).contains("urn:apidrive:problem:unauthenticated");
        }
        assertThat(stranger.send("POST", "jobs/epoch/run", null).statusCode()).isEqualTo(401);
        assertThat(stranger.send("PUT", "limits", new Document()).statusCode()).isEqualTo(401);
        assertThat(stranger.delete("chunks/00000000-0000-8000-8000-000000000000").statusCode()).isEqualTo(401);
        assertThat(stranger.send("POST", "tokens", new Document().with("Name", "mine")).statusCode()).isEqualTo(401);
    }

    @Test
    void a_link_opens_a_session_once() {
        AdminCaller browser = new AdminCaller(node);
        String token = browser.linkToken();
        HttpResponse<byte[]> first = browser.signIn(token);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow()).contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure");
        assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(browser.signIn(token).statusCode()).isEqualTo(401);
    }

    @Test
    void of_many_who_open_one_link_at_once_one_gets_in() {
        String token = new AdminCaller(node).linkToken();
        List<CompletableFuture<Integer>> all = IntStream.range(0, 4).mapToObj(i -> CompletableFuture.supplyAsync(
                () -> new AdminCaller(node).signIn(token).statusCode())).toList();

        assertThat(all.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(200, 401, 401, 401);
    }

    @Test
    void the_cookie_is_for_tls_alone_where_the_browser_speaks_it() {
        AdminCaller browser = new AdminCaller(node);
        HttpResponse<byte[]> answer = browser.send("POST", "session", new Document().with("Token", browser.linkToken()),
                request -> request.header("X-Forwarded-For", "192.0.2.7").header("X-Forwarded-Proto", "https"));

        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
    }

    @Test
    void a_session_shows_things_but_changes_none_without_its_csrf_text() {
        AdminCaller browser = new AdminCaller(node).signedIn();

        assertThat(browser.get(GUARDED).statusCode()).isEqualTo(200);
        assertThat(browser.send("POST", "jobs/epoch/run", null).statusCode()).isEqualTo(204);
        assertThat(browser.withoutCsrf().get(GUARDED).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> forged = browser.send("POST", "jobs/epoch/run", null);
        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(browser.send("POST", "jobs/epoch/run", null, request -> request.header("X-CSRF-Token", "guess"))
                .statusCode()).isEqualTo(403);
    }

    @Test
    void a_session_ends_when_it_is_signed_out_idle_or_old() {
        AdminCaller browser = new AdminCaller(node).signedIn();
        assertThat(browser.delete("session").statusCode()).isEqualTo(204);
        assertThat(browser.get(GUARDED).statusCode()).isEqualTo(401);

        AdminCaller idle = new AdminCaller(node).signedIn();
        node.database().execute("UPDATE apidrive.admin_session SET used_at = used_at - interval '121 minutes'");
        assertThat(idle.get(GUARDED).statusCode()).isEqualTo(401);

        AdminCaller old = new AdminCaller(node).signedIn();
        node.database().execute("UPDATE apidrive.admin_session SET expires_at = now() - interval '1 minute'");
        assertThat(old.get(GUARDED).statusCode()).isEqualTo(401);
    }

    @Test
    void a_token_works_until_it_is_revoked_and_its_sessions_end_with_it() {
        AdminCaller admin = new AdminCaller(node).signedIn();
        Document made = document(admin.send("POST", "tokens", new Document().with("Name", "nightly report")));
        AdminCaller program = new AdminCaller(node).with(made.text("Token").orElseThrow());
        AdminCaller browser = new AdminCaller(node);
        HttpResponse<byte[]> signedIn = browser.signIn(made.text("Token").orElseThrow());

        assertThat(program.get(GUARDED).statusCode()).isEqualTo(200);
        assertThat(program.send("POST", "jobs/epoch/run", null).statusCode()).isEqualTo(204);
        assertThat(signedIn.statusCode()).isEqualTo(200);
        Document listed = documents(admin.get("tokens")).stream()
                .filter(token -> token.text("Name").orElseThrow().equals("nightly report")).findFirst().orElseThrow();
        assertThat(listed.text("UsedAt")).isPresent();
        assertThat(text(admin.get("tokens"))).doesNotContain("argon2").doesNotContain(made.text("Token").orElseThrow());

        assertThat(admin.delete("tokens/" + listed.text("Id").orElseThrow()).statusCode()).isEqualTo(204);
        assertThat(program.get(GUARDED).statusCode()).isEqualTo(401);
        assertThat(browser.send("GET", GUARDED, null, request -> request.header("Cookie", AdminCaller.cookieOf(signedIn)))
                .statusCode()).isEqualTo(401);
        assertThat(admin.delete("tokens/" + listed.text("Id").orElseThrow()).statusCode()).isEqualTo(404);
    }

    @Test
    void a_links_token_is_none_for_programs_and_stays() {
        AdminCaller caller = new AdminCaller(node);
        String token = caller.linkToken();

        assertThat(new AdminCaller(node).with(token).get(GUARDED).statusCode()).isEqualTo(401);
        assertThat(caller.signIn(token).statusCode()).isEqualTo(200);
    }

    @Test
    void an_address_is_locked_out_after_five_failures_and_another_is_not() {
        AdminCaller caller = new AdminCaller(node);
        String good = caller.linkToken();
        for (int i = 0; i < 5; i++) {
            assertThat(signInFrom("192.0.2.66", "wrong " + i).statusCode()).isEqualTo(401);
        }
        HttpResponse<byte[]> locked = signInFrom("192.0.2.66", good);

        assertThat(locked.statusCode()).isEqualTo(429);
        assertThat(Long.parseLong(locked.headers().firstValue("Retry-After").orElseThrow())).isBetween(800L, 901L);
        assertThat(document(locked).text("type")).contains("urn:apidrive:problem:locked-out");
        assertThat(signInFrom("192.0.2.67", good).statusCode()).isEqualTo(200);
        node.database().execute("UPDATE apidrive.admin_failure SET failed_at = failed_at - interval '16 minutes'");
        assertThat(signInFrom("192.0.2.66", caller.linkToken()).statusCode()).isEqualTo(200);
    }

    @Test
    void what_is_kept_of_a_secret_is_a_hash() {
        AdminCaller caller = new AdminCaller(node);
        String token = caller.linkToken();
        String secret = token.substring(token.length() - SECRET_LENGTH);

        assertThat(node.database().number("SELECT count(*) FROM apidrive.admin_token WHERE position('" + secret + "' IN hash) > 0"))
                .isZero();
        assertThat(node.database().number("SELECT count(*) FROM apidrive.admin_token WHERE once AND hash NOT LIKE "
                + "'$argon2id$v=19$m=19456,t=2,p=1$%'")).isZero();
        assertThat(caller.signIn(token.replace(secret, secret.substring(1) + "x")).statusCode()).isEqualTo(401);
        assertThat(caller.signIn("").statusCode()).isEqualTo(401);
        assertThat(caller.signIn("x".repeat(20_000)).statusCode()).isEqualTo(413);
        assertThat(caller.signIn(token).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<byte[]> signInFrom(String address, String token) {
        return new AdminCaller(node).send("POST", "session", new Document().with("Token", token),
                request -> request.header("X-Forwarded-For", address));
    }
}
