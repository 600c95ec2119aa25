package apidrive.launch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import apidrive.wire.Chunk;

/** Sixteen clients that store chunks of all sizes without a pause and remember what was acknowledged. */
final class Writers implements AutoCloseable {
    private static final int COUNT = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final AtomicLong next = new AtomicLong();
    private final Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(COUNT);
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean writing;

    /** Begins to write to {@code node}. */
    void start(URI node) {
        writing = true;
        for (int i = 0; i < COUNT; i++) {
            running.add(executor.submit(() -> {
                while (writing) {
                    write(node);
                }
            }));
        }
    }

    /** Returns when every writer has had its last answer, or has seen its connection break. */
    void stop() throws Exception {
        writing = false;
        for (Future<?> one : running) {
            one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        running.clear();
    }

    /** How many chunks were acknowledged so far. */
    int acknowledged() {
        return acknowledged.size();
    }

    /** How often a store was answered with this status; 0 stands for a connection that broke. */
    long count(int status) {
        return statuses.containsKey(status) ? statuses.get(status).get() : 0;
    }

    /** Those acknowledged chunks that {@code node} does not give back byte for byte, each with what it answers. */
    List<String> missing(URI node) throws Exception {
        List<Future<List<String>>> parts = new ArrayList<>();
        Queue<Long> left = new ConcurrentLinkedQueue<>(acknowledged);
        for (int i = 0; i < COUNT; i++) {
            parts.add(executor.submit(() -> {
                List<String> missing = new ArrayList<>();
                for (Long number = left.poll(); number != null; number = left.poll()) {
                    Chunk chunk = chunk(number);
                    HttpResponse<byte[]> answer = http.send(request(node, chunk).GET().build(),
                            HttpResponse.BodyHandlers.ofByteArray());
                    if (answer.statusCode() != 200 || !Arrays.equals(answer.body(), chunk.data())) {
                        missing.add(chunk.id() + " " + answer.statusCode());
                    }
                }
                return missing;
            }));
        }
        List<String> missing = new ArrayList<>();
        for (Future<List<String>> part : parts) {
            missing.addAll(part.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return missing;
    }

    @Override
    public void close() {
        writing = false;
        executor.shutdown();
    }

    private void write(URI node) {
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        int status = 0;
        try {
            status = http.send(request(node, chunk).PUT(HttpRequest.BodyPublishers.ofByteArray(chunk.data())).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            Thread.onSpinWait();  // the node is gone; what it did with the chunk is not known
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (status == 200) {
            acknowledged.add(number);
        }
        statuses.computeIfAbsent(status, any -> new AtomicLong()).incrementAndGet();
    }

    private static HttpRequest.Builder request(URI node, Chunk chunk) {
        return HttpRequest.newBuilder(URI.create(node + "/api/drive/chunk/" + chunk.id())).timeout(PATIENCE)
                .header("Content-Type", "application/octet-stream");
    }

    /** Bytes that follow from the number, so that none needs to be kept: mostly small, every eighth up to 64 KiB. */
    private static Chunk chunk(long number) {
        Random random = new Random(number);
        byte[] data = new byte[8 + random.nextInt(number % 8 == 0 ? Chunk.MAX_BYTES - 7 : 4_096)];
        random.nextBytes(data);
        ByteBuffer.wrap(data).putLong(number);
        return Chunk.of(data);
    }
}
