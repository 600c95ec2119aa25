package apidrive.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import apidrive.OpenApi;
import apidrive.TestNode;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Speaks to the administration of a node over HTTP, as a browser or as a program; each answer is checked to be one that is described. */
public final class AdminCaller {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final TestNode node;
    private String cookie;
    private String csrf;
    private String bearer;

    public AdminCaller(TestNode node) {
        this.node = node;
    }

    /** The token of a fresh link. */
    String linkToken() {
        String url = AdminLink.make(new Database(node.database().runner()), node.uri(""), "test", Instant::now);
        return url.substring(url.indexOf('#') + 1);
    }

    /** Signs in by a link, so that what follows comes with the session's cookie and its CSRF text. */
    public AdminCaller signedIn() {
        HttpResponse<byte[]> answer = signIn(linkToken());
        cookie = cookieOf(answer);
        csrf = document(answer).text("Csrf").orElseThrow();
        return this;
    }

    /** What follows comes with this token. */
    AdminCaller with(String token) {
        bearer = token;
        return this;
    }

    /** What follows comes with the cookie alone. */
    AdminCaller withoutCsrf() {
        csrf = null;
        return this;
    }

    /** Makes a token of this kind; its text. */
    public String token(String kind) {
        return document(send("POST", "tokens", new Document().with("Name", "a " + kind).with("Kind", kind))).text("Token").orElseThrow();
    }

    HttpResponse<byte[]> signIn(String token) {
        return send("POST", "session", new Document().with("Token", token), request -> request);
    }

    HttpResponse<byte[]> get(String path) {
        return send("GET", path, null, request -> request);
    }

    public HttpResponse<byte[]> delete(String path) {
        return send("DELETE", path, null, request -> request);
    }

    public HttpResponse<byte[]> put(String path, Document body) {
        return send("PUT", path, body);
    }

    public HttpResponse<byte[]> send(String method, String path, Document body) {
        return send(method, path, body, request -> request);
    }

    HttpResponse<byte[]> send(String method, String path, Document body, UnaryOperator<HttpRequest.Builder> more) {
        HttpRequest.Builder request = request(path).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(Format.JSON.write(body)));
        if (body != null) {
            request.header("Content-Type", Format.JSON_TYPE);
        }
        try {
            HttpResponse<byte[]> answer = CLIENT.send(more.apply(request).build(), BodyHandlers.ofByteArray());
            OpenApi.check(answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it tells of the network. */
    public Document network() {
        return document(get("network"));
    }

    /** A request with what this caller proves itself by. */
    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        Optional.ofNullable(cookie).ifPresent(text -> request.header("Cookie", text));
        Optional.ofNullable(csrf).ifPresent(text -> request.header("X-CSRF-Token", text));
        Optional.ofNullable(bearer).ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    URI uri(String path) {
        return node.uri("/api/admin/" + path);
    }

    static Document document(HttpResponse<byte[]> answer) {
        return Format.JSON.readDocument(answer.body());
    }

    static List<Document> documents(HttpResponse<byte[]> answer) {
        return Format.JSON.readDocuments(answer.body());
    }

    static String cookieOf(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
