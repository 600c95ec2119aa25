package apidrive.bench;

import static apidrive.bench.Markdown.atLeast;
import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

import org.postgresql.PGConnection;

import apidrive.wire.ChunkId;

/** How fast the copies come back that one of five nodes took with it, beside COPY from one database into another. */
final class NetworkHeal implements Section {
    private static final int NODES = 5;
    private static final int MANY = 6;  // times the chunks of a network: some ten seconds of healing
    private static final int PIPE = 1 << 20;
    private static final double TARGET = 0.5;
    private static final String COPIED = "bench_copied";
    private static final String TABLE = "CREATE TABLE copied (id uuid PRIMARY KEY, data bytea NOT NULL)";
    private static final String STORAGE = "ALTER TABLE copied ALTER COLUMN data SET STORAGE EXTERNAL";
    private static final String EMPTY = "TRUNCATE copied";
    private static final String OUT = "COPY (SELECT id, data FROM apidrive.chunk_data LIMIT %d) TO STDOUT (FORMAT binary)";
    private static final String IN = "COPY copied FROM STDIN (FORMAT binary)";

    private final Stage stage;
    private final Plan plan;

    NetworkHeal(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("network: healing after the loss of one of five nodes");
    }

    @Override
    public String measure() throws Exception {
        NodeNetwork network = new NodeNetwork(stage, "bench_heal", NODES, 2);
        network.start();
        int each = MANY * plan.networkChunks() / NODES;
        int chunks = each * NODES;
        List<ChunkId> ids = new ArrayList<>();
        for (int number = 0; number < NODES; number++) {
            ids.addAll(network.host(number).fill(each));
        }
        network.settle();
        warmUp(network, ids);
        stage.databases().with(COPIED).execute(COPIED, TABLE, STORAGE);
        long whole = (long) NodeNetwork.COPIES * chunks;
        long left = network.copiesWithoutLast();
        long lost = whole - left;
        List<Double> copied = new ArrayList<>();
        for (int round = 0; round <= plan.rounds(); round++) {
            double rate = copyRate(network.database(0), lost);
            if (round > 0) {
                copied.add(rate);
            }
        }
        stage.databases().checkpoint();
        network.loseLast();
        NodeNetwork.await("healing begins", () -> network.copiesWithoutLast() > left);
        double seconds = Seconds.of(() -> NodeNetwork.await("all is healed",
                () -> network.copiesWithoutLast() >= whole && network.owedWithoutLast() == 0));
        double healed = lost / seconds;
        double ratio = healed / Statistics.median(copied);
        Markdown table = new Markdown("what", "chunks/s", "of COPY", "target");
        table.row("COPY of " + lost + " chunks from one database into another", spread(copied, "%.0f"), "", "");
        table.row("healing them on 4 nodes after the loss of the fifth", format("%.0f", healed), format("%.2f", ratio),
                atLeast(TARGET, ratio, "%.2f"));
        return "### Healing\n\n" + table;
    }

    /** As many processes compile for themselves, on the same cores. */
    private void warmUp(NodeNetwork network, List<ChunkId> ids) throws Exception {
        Contender reads = new Dealt("reads", plan.clients(), IntStream.range(0, NODES).mapToObj(number -> new NodeRetrieve(
                NodeRetrieve.Way.RAW, "cold", network.host(number), plan.clients(), new Lazy<>(() -> ids))).toList());
        WarmUp.run(reads, plan.warmUp().multipliedBy(NODES), stage.databases().pid());
    }

    private double copyRate(String from, long most) throws Exception {
        stage.databases().execute(COPIED, EMPTY);
        stage.databases().checkpoint();
        long[] copied = new long[1];
        double seconds = Seconds.of(() -> {
            try (Connection source = stage.databases().superuser(from); Connection target = stage.databases().superuser(COPIED);
                 PipedOutputStream out = new PipedOutputStream(); PipedInputStream in = new PipedInputStream(out, PIPE)) {
                CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                    try (out) {
                        source.unwrap(PGConnection.class).getCopyAPI().copyOut(OUT.formatted(most), out);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                });
                copied[0] = target.unwrap(PGConnection.class).getCopyAPI().copyIn(IN, in);
                reading.join();
            }
        });
        return copied[0] / seconds;
    }
}
