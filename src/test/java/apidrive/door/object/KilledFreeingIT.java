package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.launch.WarProcess;

/** A node that is killed with kill -9 while it frees a large object that was deleted, and started again on the same folder. */
@Timeout(300)
class KilledFreeingIT {
    private static final long MIB = 1 << 20;
    private static final long SIZE = 96 * MIB;
    private static final long KEPT = 4 * MIB + 77;  // begins as that does, and shares its chunks but for the last

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void all_of_it_is_free_afterwards_and_what_another_object_shares_with_it_is_there() throws Exception {
        Counts counts = new Counts(folder.resolve("data"));
        String kept;
        long claims;
        try (WarProcess node = begin("before")) {
            URI url = node.awaitUrl();
            kept = stored(url, KEPT);
            claims = counts.number(Counts.CLAIMS);  // of its chunks, one each
            String deleted = stored(url, SIZE);
            assertThat(send(url, deleted, "DELETE", BodyPublishers.noBody())).isEqualTo(204);
            soon().until(() -> counts.number(Counts.LEFTOVERS) > 0);
            node.kill();
        }
        try (WarProcess node = begin("between")) {
            ConditionFactory starting = soon().ignoreExceptions();  // until its PostgreSQL answers, and no longer that of the killed one
            AtomicLong left = new AtomicLong();
            starting.until(() -> {
                left.set(toBeFreed(counts, claims));
                return counts.number(Counts.DIFFERENCE) == 0;
            });
            assertThat(left).as("in the middle of it").hasPositiveValue();
            starting.until(() -> toBeFreed(counts, claims) < left.get());
            node.kill();
        }
        try (WarProcess node = begin("after")) {
            URI url = node.awaitUrl();
            soon().untilAsserted(() -> {
                assertThat(counts.number(Counts.CLAIMS)).isEqualTo(claims);
                assertThat(counts.number(Counts.CHUNKS)).isEqualTo(claims);
                assertThat(counts.number(Counts.LEFTOVERS)).isZero();
            });
            assertThat(counts.number(Counts.DIFFERENCE)).isZero();
            assertThat(counts.number(Counts.STRAY)).isZero();
            try (InputStream got = url.resolve(kept).toURL().openStream()) {
                assertThat(Arrays.equals(got.readAllBytes(), Endless.bytes(0, KEPT))).isTrue();
            }
        }
    }

    /** Chunks whose bytes are left, and those that are claimed beside the {@code kept} ones. */
    private static long toBeFreed(Counts counts, long kept) throws SQLException {
        return counts.number(Counts.LEFTOVERS) + counts.number(Counts.CLAIMS) - kept;
    }

    /** Where the object is. */
    private String stored(URI url, long size) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(url.resolve("/api/drive/object?copies=1"))
                .PUT(BodyPublishers.ofInputStream(() -> new Endless(size))).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    /** The status of the answer. */
    private int send(URI url, String path, String method, BodyPublisher body) throws Exception {
        return http.send(HttpRequest.newBuilder(url.resolve(path)).method(method, body).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    private WarProcess begin(String log) throws IOException {
        return WarProcess.begin(folder.resolve(log), "--port", "0", "--data", folder.resolve("data").toString(), "--cache-bytes", "0");
    }
}
