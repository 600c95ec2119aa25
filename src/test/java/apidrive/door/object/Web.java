package apidrive.door.object;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import apidrive.TestNode;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Speaks HTTP to a node, for the tests of objects and of the doors they come by. */
public final class Web {
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TestNode node;

    public Web(TestNode node) {
        this.node = node;
    }

    /** {@code headers} are names and values in turn; {@code body} may be null. */
    public HttpResponse<byte[]> call(String method, String path, byte[] body, String... headers) {
        return send(method, path, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body), headers);
    }

    /** Of unknown length. */
    public HttpResponse<byte[]> stream(String method, String path, InputStream body, String... headers) {
        return send(method, path, BodyPublishers.ofInputStream(() -> body), headers);
    }

    /** Stores an object; its root. */
    public String stored(byte[] body, String... headers) {
        HttpResponse<byte[]> answer = call("PUT", "/api/drive/object", body, headers);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer + " " + text(answer));
        }
        return document(answer).text("Root").orElseThrow();
    }

    public URI uri(String path) {
        return node.uri(path);
    }

    public static Document document(HttpResponse<byte[]> answer) {
        return Format.JSON.readDocument(answer.body());
    }

    public static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    public static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** The type of the problem that was answered. */
    public static String problem(HttpResponse<byte[]> answer) {
        return document(answer).text("type").orElseThrow().substring("urn:apidrive:problem:".length());
    }

    public static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path)).method(method, body);
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
}
