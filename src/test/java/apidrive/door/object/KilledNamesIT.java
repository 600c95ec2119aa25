package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.launch.WarProcess;

/** A node that is killed with kill -9 while many small objects are put under names, and started again on the same folder. */
@Timeout(300)
class KilledNamesIT {
    private static final int CLIENTS = 16;
    private static final int WRITTEN = 300;
    private static final String NAMES = "/api/drive/name/killed/";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void every_acknowledged_name_survives_it_with_its_object_and_the_hashes_of_that_and_counts_are_those_of_the_rows() throws Exception {
        Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (WarProcess node = begin("before")) {
            URI url = node.awaitUrl();
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(() -> {
                    for (int number = next.getAndIncrement(); put(url, number) == 201; number = next.getAndIncrement()) {
                        acknowledged.add(number);
                    }
                    return null;
                });
            }
            Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> acknowledged.size() >= WRITTEN);
            node.kill();
        } finally {
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        try (WarProcess node = begin("after")) {
            URI url = node.awaitUrl();
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(WRITTEN);
            Counts counts = new Counts(folder.resolve("data"));
            assertThat(counts.number(Counts.DIFFERENCE)).isZero();
            assertThat(counts.number("SELECT names FROM apidrive_view.usage")).isGreaterThanOrEqualTo(acknowledged.size());
            for (int number : acknowledged) {
                HttpResponse<String> named = get(url, NAMES + number);
                assertThat(named.body()).isEqualTo(content(number));
                String sha256 = named.headers().firstValue("ETag").orElseThrow().replace("\"", "");
                assertThat(get(url, "/api/drive/object/" + sha256).body()).isEqualTo(content(number));
            }
        }
    }

    private int put(URI url, int number) throws Exception {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(content(number));
        return http.send(HttpRequest.newBuilder(url.resolve(NAMES + number)).PUT(body).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private HttpResponse<String> get(URI url, String path) throws Exception {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(url.resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer;
    }

    private static String content(int number) {
        return "the content of number " + number;
    }

    private WarProcess begin(String log) throws Exception {
        return WarProcess.begin(folder.resolve(log), "--port", "0", "--data", folder.resolve("data").toString(), "--cache-bytes", "0");
    }
}
