package apidrive.bench;

import static apidrive.bench.Markdown.atMost;
import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a large object costs a node beside time: heap while it passes, and the wait for its first byte. */
final class ObjectCosts implements Section {
    private static final String NAME = "bench_object";
    private static final double MOST_HEAP_MB = 64;
    private static final double MOST_LATER_MS = 30;
    private static final int OTHER_MEBIBYTES = 16;
    private static final int WARM_UP = OTHER_MEBIBYTES * ObjectTransfer.CHUNKS_A_MIB;  // reads, each of another chunk, for Java to compile
    private static final int WARM = 9;  // reads of the large one after its first

    private final Stage stage;
    private final Plan plan;

    ObjectCosts(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return plan.objectMebibytes() == 0 ? List.of() : List.of("object: heap while one passes, first byte of a cold one");
    }

    @Override
    public String measure() throws Exception {
        try {
            return measured();
        } finally {
            stage.databases().drop(NAME);
        }
    }

    private String measured() throws Exception {
        int mebibytes = plan.objectMebibytes();
        Path folder = stage.folder().resolve("object");
        String large;
        String other;
        double idle;
        double in;
        double out;
        try (NodeProcess node = node(folder.resolve("heap"), "--cache-bytes=0")) {
            other = ObjectTransfer.store(node.port(), OTHER_MEBIBYTES);
            ObjectTransfer.fetch(node.port(), other, OTHER_MEBIBYTES);
            idle = LiveHeap.bytes(node);
            List<String> stored = new ArrayList<>();
            in = most(node, () -> stored.add(ObjectTransfer.store(node.port(), mebibytes)));
            large = stored.get(0);
            out = most(node, () -> ObjectTransfer.fetch(node.port(), large, mebibytes));
        }
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        for (int round = 0; round < plan.rounds(); round++) {
            try (NodeProcess node = node(folder.resolve("first-" + round))) {
                for (int i = 0; i < WARM_UP; i++) {
                    firstByte(node, other, i);
                }
                cold.add(firstByte(node, large, 0));
                List<Double> again = new ArrayList<>();
                for (int i = 0; i < WARM; i++) {
                    again.add(firstByte(node, large, 0));
                }
                warm.add(Statistics.median(again));
            }
        }
        return table(in - idle, out - idle, cold, warm);
    }

    private String table(double in, double out, List<Double> cold, List<Double> warm) {
        double later = Statistics.median(cold) - Statistics.median(warm);
        return "### An object of " + plan.objectMebibytes() + " MiB\n\n" + new Markdown("what", "value", "target")
                .row("live heap above that of a node at rest while it is put, MB", format("%.1f", in / 1e6), atMost(MOST_HEAP_MB, in / 1e6, "%.0f"))
                .row("the same while it is got", format("%.1f", out / 1e6), atMost(MOST_HEAP_MB, out / 1e6, "%.0f"))
                .row("first byte, node just started and warm from another object, ms", spread(cold, "%.1f"), "")
                .row("first byte once it has been read, ms", spread(warm, "%.1f"), "")
                .row("the former after the latter, ms", format("%.1f", later), atMost(MOST_LATER_MS, later, "%.0f"));
    }

    private NodeProcess node(Path folder, String... options) throws Exception {
        return new NodeProcess(folder, stage.databases().with(NAME), NAME, stage.options(options));
    }

    /** The most that lives in the heap, looked at over and over, while the work is done. */
    private static double most(NodeProcess node, Background.Work work) throws Exception {
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        double most = 0;
        while (!done.isDone()) {
            most = Math.max(most, LiveHeap.bytes(node));
        }
        done.get();
        return most;
    }

    /** Milliseconds until the first byte of a leaf is here, behind the fields of the answer that begins there. */
    private static double firstByte(NodeProcess node, String path, int leaf) throws IOException {
        long began = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nRange: bytes=" + (long) leaf * Block.BYTES
                    + "-\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream(), HttpConnection.SMALL);
            int lineEnds = 0;
            while (lineEnds < 4) {
                int next = in.read();
                lineEnds = next == (lineEnds % 2 == 0 ? '\r' : '\n') ? lineEnds + 1 : 0;
                requireMore(next);
            }
            requireMore(in.read());
            return (System.nanoTime() - began) / 1e6;
        }
    }

    private static void requireMore(int next) throws EOFException {
        if (next < 0) {
            throw new EOFException("the object is empty");
        }
    }
}
