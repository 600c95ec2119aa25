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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import apidrive.wire.Chunk;

/**
 * Clients that store chunks of all sizes and remember what was acknowledged, and others that meanwhile retrieve some of it.
 * Each turns to a node at random; where that refuses or breaks off, to the next, until it has asked all of them once.
 */
public final class Clients implements AutoCloseable {
    private static final int CHECKERS = 16;
    private static final int RECENT = 100;  // half of what is retrieved is among the last that were acknowledged
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int BROKEN = 0;
    private static final int WRONG = -1;

    /**
     * What was achieved.
     *
     * @param refused  stores that no node took
     * @param denied   retrievals that no node answered
     * @param mistaken answers that a chunk is unknown which had been acknowledged; others may have given it all the same
     */
    public record Tally(long stored, long refused, long read, long denied, long mistaken) {
        public Tally since(Tally before) {
            return new Tally(stored - before.stored, refused - before.refused, read - before.read, denied - before.denied,
                    mistaken - before.mistaken);
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final int writers;
    private final int readers;
    private final Duration pause;
    private final Duration patience;
    private final AtomicLong next = new AtomicLong();
    private final List<Long> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();
    private final AtomicLong mistaken = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final ExecutorService executor;
    private final List<Future<?>> running = new ArrayList<>();
    private Duration longest = Duration.ZERO;
    private volatile boolean working;

    /** Sixteen that store without a pause, and have a minute's patience. */
    public Clients() {
        this(16, 0, Duration.ZERO, Duration.ofMinutes(1));
    }

    /** {@code pause} is after each store and retrieval; a request is waited for no longer than {@code patience}. */
    public Clients(int writers, int readers, Duration pause, Duration patience) {
        this.writers = writers;
        this.readers = readers;
        this.pause = pause;
        this.patience = patience;
        this.executor = Executors.newFixedThreadPool(Math.max(CHECKERS, writers + readers));
    }

    /** Begins to work with these nodes. */
    public void start(URI... nodes) {
        working = true;
        longest = patience.multipliedBy(nodes.length + 1);
        for (int i = 0; i < writers; i++) {
            running.add(executor.submit(() -> goOn(() -> write(shuffled(nodes)))));
        }
        for (int i = 0; i < readers; i++) {
            running.add(executor.submit(() -> goOn(() -> read(shuffled(nodes)))));
        }
    }

    /** Returns when everyone has had the last answer, or has seen the connection break. */
    public void stop() throws Exception {
        working = false;
        for (Future<?> one : running) {
            one.get(longest.toSeconds(), TimeUnit.SECONDS);
        }
        running.clear();
    }

    /** How many chunks were acknowledged so far. */
    public int acknowledged() {
        return acknowledged.size();
    }

    /** The ids of the chunks that were acknowledged so far. */
    public List<String> ids() {
        return numbers().stream().map(number -> chunk(number).id().toString()).toList();
    }

    public Tally tally() {
        return new Tally(acknowledged.size(), refused.get(), read.get(), denied.get(), mistaken.get());
    }

    /** How often a store was answered with this status; 0 stands for a connection that broke. */
    public long count(int status) {
        return statuses.containsKey(status) ? statuses.get(status).get() : 0;
    }

    /** What was ever given back that was not what had been stored under that id. */
    public List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Those acknowledged chunks that {@code node} does not give back byte for byte, each with what it answers. */
    public List<String> missing(URI node) throws Exception {
        List<Future<List<String>>> parts = new ArrayList<>();
        Queue<Long> left = new ConcurrentLinkedQueue<>(numbers());
        for (int i = 0; i < CHECKERS; i++) {
            parts.add(executor.submit(() -> {
                List<String> missing = new ArrayList<>();
                for (Long number = left.poll(); number != null; number = left.poll()) {
                    Chunk chunk = chunk(number);
                    int status = get(node, chunk);
                    if (status != OK) {
                        missing.add(chunk.id() + " " + status);
                    }
                }
                return missing;
            }));
        }
        List<String> missing = new ArrayList<>();
        for (Future<List<String>> part : parts) {
            missing.addAll(part.get());
        }
        return missing;
    }

    @Override
    public void close() {
        working = false;
        executor.shutdownNow();
    }

    private interface Work {
        void once() throws InterruptedException;
    }

    private void goOn(Work work) {
        try {
            while (working) {
                work.once();
                Thread.sleep(pause.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<URI> nodes) throws InterruptedException {
        long number = next.getAndIncrement();
        Chunk chunk = chunk(number);
        for (URI node : nodes) {
            int status = put(node, chunk);
            statuses.computeIfAbsent(status, any -> new AtomicLong()).incrementAndGet();
            if (status == OK) {
                acknowledged.add(number);
                return;
            }
        }
        refused.incrementAndGet();
    }

    private int put(URI node, Chunk chunk) throws InterruptedException {
        try {
            return http.send(request(node, chunk).PUT(HttpRequest.BodyPublishers.ofByteArray(chunk.data())).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return BROKEN;  // the node is gone; what it did with the chunk is not known
        }
    }

    private void read(List<URI> nodes) throws InterruptedException {
        List<Long> known = acknowledged;
        int size = known.size();
        if (size == 0) {
            return;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int least = random.nextBoolean() ? Math.max(0, size - RECENT) : 0;
        Chunk chunk = chunk(known.get(random.nextInt(least, size)));
        for (URI node : nodes) {
            if (get(node, chunk) == OK) {
                read.incrementAndGet();
                return;
            }
        }
        denied.incrementAndGet();
    }

    /** The status of the answer, 0 when the connection broke, {@link #WRONG} when the bytes were others. */
    private int get(URI node, Chunk chunk) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = http.send(request(node, chunk).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == OK && !Arrays.equals(answer.body(), chunk.data())) {
                wrong.add(chunk.id() + " of " + node);
                return WRONG;
            }
            mistaken.addAndGet(answer.statusCode() == NOT_FOUND ? 1 : 0);
            return answer.statusCode();
        } catch (IOException e) {
            return BROKEN;
        }
    }

    private HttpRequest.Builder request(URI node, Chunk chunk) {
        return HttpRequest.newBuilder(URI.create(node + "/api/drive/chunk/" + chunk.id())).timeout(patience)
                .header("Content-Type", "application/octet-stream");
    }

    private List<Long> numbers() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    private static List<URI> shuffled(URI... nodes) {
        List<URI> order = new ArrayList<>(List.of(nodes));
        Collections.shuffle(order, ThreadLocalRandom.current());
        return order;
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
