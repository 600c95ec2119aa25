package apidrive.door.api;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import apidrive.TestNode;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Speaks HTTP to a node, for the tests of its doors. */
final class Caller {
    private final HttpClient http = HttpClient.newHttpClient();
    private final TestNode node;

    Caller(TestNode node) {
        this.node = node;
    }

    /** {@code headers} are names and values in turn; {@code body} may be null. */
    HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path)).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<byte[]> json(String path, String body) {
        return call("POST", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    HttpResponse<byte[]> bson(String path, Document... documents) {
        return call("POST", path, Format.BSON.write(java.util.List.of(documents)), "Content-Type", "application/bson");
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    /** The problem that a JSON answer tells, checked to have the form of all. */
    static String problem(HttpResponse<byte[]> answer) {
        Document problem = Format.JSON.readDocument(answer.body());
        if (!"application/problem+json".equals(header(answer, "Content-Type"))
                || problem.number("status").orElse(0L) != answer.statusCode()
                || !problem.get("Message").equals(problem.get("detail"))) {
            throw new AssertionError("not a problem document: " + text(answer));
        }
        return problem.text("type").orElseThrow().substring("urn:apidrive:problem:".length());
    }
}
