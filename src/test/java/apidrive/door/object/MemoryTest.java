package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.wire.Document;
import apidrive.wire.Format;

/** Objects far larger than the node's heap pass through it, some at a time. */
@Timeout(300)
class MemoryTest {
    /** What lives in the heap of a node at rest, 24 MB, and 64 MB more. */
    private static final String HEAP = "-Xmx88m";
    private static final long SIZE = 300L << 20;
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void three_hundred_mib_go_in_and_out_twice_at_once_through_a_heap_of_a_quarter_of_that() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
                "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"),
                "-Djava.util.logging.config.file=src/test/resources/logging.properties", SmallHeap.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        ExecutorService both = Executors.newFixedThreadPool(2);
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            URI base = URI.create(out.readLine());
            List<Future<String>> puts = both.invokeAll(List.<Callable<String>>of(() -> put(base), () -> upload(base)));
            for (Future<String> put : puts) {
                assertThat(put.get()).isEqualTo(puts.get(0).get());
            }
            URI object = base.resolve(puts.get(0).get());
            String sha256 = sha256(new Endless(SIZE));
            for (Future<String> got : both.invokeAll(List.<Callable<String>>of(() -> got(object), () -> got(object)))) {
                assertThat(got.get()).isEqualTo(sha256);
            }
            assertThat(process.isAlive()).isTrue();
        } finally {
            both.shutdownNow();
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** The path of the object. */
    private String put(URI base) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(base.resolve("/api/drive/object"))
                .PUT(BodyPublishers.ofInputStream(() -> new Endless(SIZE))).build(), HttpResponse.BodyHandlers.ofByteArray());
        Document told = Format.JSON.readDocument(answer.body());
        return "/api/drive/object/" + told.text("Root").orElseThrow(() -> new AssertionError(Web.text(answer)));
    }

    private String upload(URI base) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(base.resolve("/api/drive/upload"))
                .header("Tus-Resumable", "1.0.0").header("Upload-Length", Long.toString(SIZE))
                .header("Content-Type", "application/offset+octet-stream")
                .POST(BodyPublishers.ofInputStream(() -> new Endless(SIZE))).build(), HttpResponse.BodyHandlers.ofByteArray());
        return answer.headers().firstValue("Object-Location").orElseThrow(() -> new AssertionError(Web.text(answer)));
    }

    private String got(URI object) throws Exception {
        return sha256(http.send(HttpRequest.newBuilder(object).build(), HttpResponse.BodyHandlers.ofInputStream()).body());
    }

    static String sha256(InputStream in) throws Exception {
        try (in) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
