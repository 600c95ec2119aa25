package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.launch.WarProcess;
import apidrive.manifest.TreeShape;

/** A node that is killed with kill -9 in the middle of a part of an upload, and started again on the same folder. */
@Timeout(300)
class KilledUploadIT {
    private static final long MIB = 1 << 20;
    private static final long STALL = TreeShape.STANDARD.capacity(1) + 20 * MIB;  // beyond one manifest, and beyond what was last noted
    private static final long SIZE = STALL + 5 * MIB + 77;
    private static final long MOST_LOST = 18 * MIB;  // 16, and what was under way

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void what_it_had_noted_is_kept_and_the_rest_makes_the_object() throws Exception {
        String upload;
        CountDownLatch killed = new CountDownLatch(1);
        try (WarProcess node = begin("before")) {
            URI url = node.awaitUrl();
            upload = send(url, "/api/drive/upload", "POST", BodyPublishers.noBody(), "Upload-Length", Long.toString(SIZE)).headers()
                    .firstValue("Location").orElseThrow();
            CompletableFuture<HttpResponse<Void>> part = http.sendAsync(part(url, upload, 0, new Stalling(new Endless(STALL), killed)),
                    HttpResponse.BodyHandlers.discarding());
            Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> offset(url, upload) > STALL - MOST_LOST);
            assertThat(part).as("in the middle of it").isNotDone();
            node.kill();
            killed.countDown();
        }
        try (WarProcess node = begin("after")) {
            URI url = node.awaitUrl();
            long offset = offset(url, upload);
            assertThat(offset).isBetween(STALL - MOST_LOST, STALL);
            Awaitility.await("the killed node's hold on it to end").atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofSeconds(1))
                    .until(() -> added(url, upload, offset, InputStream.nullInputStream()) == 204);
            Endless rest = new Endless(SIZE);
            rest.skipNBytes(offset);
            assertThat(added(url, upload, offset, rest)).isEqualTo(204);

            String object = send(url, upload, "HEAD", BodyPublishers.noBody()).headers().firstValue("Object-Location").orElseThrow();
            HttpResponse<Void> atOnce = send(url, "/api/drive/object", "PUT", BodyPublishers.ofInputStream(() -> new Endless(SIZE)));
            assertThat(atOnce.headers().firstValue("Location")).as("its root, all digests in it").hasValue(object);
            Endless whole = new Endless(SIZE);
            try (InputStream got = url.resolve(object).toURL().openStream()) {
                whole.skipNBytes(SIZE);
                assertThat(MemoryTest.sha256(got)).isEqualTo(HexFormat.of().formatHex(whole.digest.digest()));
            }
        }
    }

    /** Bytes that stop coming at their end, and break off when {@code until} is told. */
    private static final class Stalling extends FilterInputStream {
        private final CountDownLatch until;

        private Stalling(InputStream in, CountDownLatch until) {
            super(in);
            this.until = until;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            if (read < 0) {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IOException("the sender broke off");
            }
            return read;
        }
    }

    private WarProcess begin(String log) throws IOException {
        return WarProcess.beginForMuch(folder.resolve(log), "--port", "0", "--data", folder.resolve("data").toString(),
                "--cache-bytes", "0");
    }

    private long offset(URI url, String upload) throws Exception {
        return send(url, upload, "HEAD", BodyPublishers.noBody()).headers().firstValueAsLong("Upload-Offset").orElseThrow();
    }

    /** The status of the answer. */
    private int added(URI url, String upload, long offset, InputStream bytes) throws Exception {
        return http.send(part(url, upload, offset, bytes), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<Void> send(URI url, String path, String method, BodyPublisher body, String... more) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).method(method, body).header("Tus-Resumable", "1.0.0");
        if (more.length > 0) {
            request.headers(more);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    private static HttpRequest part(URI url, String upload, long offset, InputStream bytes) {
        return HttpRequest.newBuilder(url.resolve(upload)).method("PATCH", BodyPublishers.ofInputStream(() -> bytes))
                .headers("Tus-Resumable", "1.0.0", "Upload-Offset", Long.toString(offset), "Content-Type", "application/offset+octet-stream")
                .build();
    }
}
