package apidrive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;

import apidrive.wire.ChunkId;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs everything and prints the tables; see {@code ops/bench/run --help}. */
@Command(name = "ops/bench/run", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Measures a node beside bare JDBC on one PostgreSQL, and prints tables in Markdown.",
        "Starts what it needs on loopback, keeps its data in a temporary folder, and removes all of it at the end."})
public final class Bench implements Callable<Integer> {
    private static final String BARE = "bench_bare";
    private static final String STORED = "bench_stored";
    private static final String KEPT = "bench_kept";
    private static final int FEW = 8;  // clients of the faster bare select on a small machine
    private static final int HOT = 256;  // chunks that fit into any cache
    private static final int DELETE_ATTEMPTS = 10;
    private static final long DELETE_PAUSE_MILLIS = 1_000;
    private static final String MANY_SLOTS = "100000000";

    @Option(names = "--seconds", defaultValue = "5", description = "Length of one measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;
    @Option(names = "--rounds", defaultValue = "5", description = "Turns of each contender. Default: ${DEFAULT-VALUE}")
    private int rounds;
    @Option(names = "--warm-up", defaultValue = "15", paramLabel = "seconds",
            description = "Length of a first turn that does not count, while Java compiles. Default: ${DEFAULT-VALUE}")
    private int warmUp;
    @Option(names = "--clients", defaultValue = "16", description = "Clients at once. Default: ${DEFAULT-VALUE}")
    private int clients;
    @Option(names = "--chunks", defaultValue = "8192", description = "Chunks to retrieve from. Default: ${DEFAULT-VALUE}")
    private int chunks;
    @Option(names = "--file-mib", defaultValue = "1024",
            description = "Size of the file to put and get, 0 for none. Default: ${DEFAULT-VALUE}")
    private int fileMebibytes;
    @Option(names = "--node", paramLabel = "OPTION", description = "An option for every node, as --node=--store-writers=2")
    private List<String> nodeOptions = List.of();
    @Option(names = "--only", defaultValue = "", paramLabel = "REGEX",
            description = "Measures what has this in its name, and the sizes only if it finds 'sizes'")
    private Pattern only;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private String command;

    public static void main(String[] arguments) {
        Bench bench = new Bench();
        bench.command = ("ops/bench/run " + String.join(" ", arguments)).strip();
        System.exit(new CommandLine(bench).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        Path folder = Files.createTempDirectory("apidrive-bench-");
        started.push(() -> delete(folder));
        Databases databases = start(new Databases(folder.resolve("postgresql")));
        for (String name : List.of(BARE, STORED, KEPT)) {
            databases.create(name);
        }
        HikariDataSource pool = start(databases.pool(BARE, clients));
        NodeProcess storing = start(node(folder, "storing", databases, STORED));
        NodeProcess cold = start(node(folder, "cold", databases, KEPT, "--cache-bytes=0"));
        NodeProcess hot = start(node(folder, "hot", databases, KEPT));

        long empty = databases.bytes(KEPT);
        List<ChunkId> ids = NodeRetrieve.fill(cold.port(), chunks);
        double databaseRatio = (databases.bytes(KEPT) - empty) / (double) Block.BYTES / chunks;

        List<Entry> entries = entries(folder, databases, pool, storing, cold, hot, ids);
        Cpu.Meter meter = new Cpu.Meter(List.of(storing.pid(), cold.pid(), hot.pid()), databases.pid());
        run(entries, databases, meter);
        System.out.println(Table.heading(command));
        System.out.println(Table.rates(entries));
        if (only.matcher("sizes").find()) {
            System.out.println(Table.sizes(Sizes.measure(folder, databases, KEPT, databaseRatio, storing)));
        }
        return CommandLine.ExitCode.OK;
    }

    private NodeProcess node(Path folder, String name, Databases databases, String database, String... own)
            throws Exception {
        List<String> options = new ArrayList<>(List.of("--slots=" + MANY_SLOTS));
        options.addAll(List.of(own));
        options.addAll(nodeOptions);
        return new NodeProcess(folder.resolve(name), databases, database, options.toArray(String[]::new));
    }

    private List<Entry> entries(Path folder, Databases databases, HikariDataSource pool, NodeProcess storing,
            NodeProcess cold, NodeProcess hot, List<ChunkId> ids) throws Exception {
        databases.execute(BARE, "SET ROLE apidrive_owner;" + BareInsert.CREATE_TABLE + ";" + BareInsert.SET_STORAGE);
        var keys = BareSelect.fill(pool, chunks);
        NodeStore.Undo forget = () -> databases.execute(STORED, "TRUNCATE apidrive.chunk, apidrive.chunk_data",
                "UPDATE apidrive.slot_shard SET used = 0");
        List<ChunkId> hotIds = ids.subList(0, Math.min(HOT, ids.size()));

        Entry insert = new Entry(new BareInsert(pool, clients, 8));
        Entry select = new Entry(new BareSelect(pool, Math.min(FEW, clients), keys));
        List<Entry> all = new ArrayList<>(List.of(new Entry(new BareInsert(pool, clients, 1)), insert));
        for (NodeStore.Way way : NodeStore.Way.values()) {
            all.add(new Entry(new NodeStore(way, storing.port(), clients, forget), insert,
                    way == NodeStore.Way.JSON ? 0 : 0.5));
        }
        Entry stored = all.get(2);
        all.add(select);
        all.add(new Entry(new BareSelect(pool, clients, keys)));
        Entry retrieved = new Entry(new NodeRetrieve(NodeRetrieve.Way.RAW, "cold", cold.port(), clients, ids), select, 0.35);
        all.add(retrieved);
        all.add(new Entry(new NodeRetrieve(NodeRetrieve.Way.BSON, "cold", cold.port(), clients, ids), select, 0.35));
        for (NodeRetrieve.Way way : NodeRetrieve.Way.values()) {
            all.add(new Entry(new NodeRetrieve(way, "hot", hot.port(), clients, hotIds), select, 0.35));
        }
        if (fileMebibytes > 0 && only.matcher("client: put get").find()) {
            all.add(new Entry(FileTransfer.put(fileMebibytes, storing, folder.resolve("put"), forget), stored, 0.5));
            all.add(new Entry(FileTransfer.get(fileMebibytes, cold, folder.resolve("get")), retrieved, 0.5));
        }
        List<Entry> wanted = all.stream().filter(entry -> only.matcher(entry.contender().name()).find()).toList();
        return all.stream().filter(entry -> wanted.contains(entry) || wanted.stream().anyMatch(other ->
                other.reference() == entry || other.reference() != null && other.reference().reference() == entry)).toList();
    }

    /** Each round in the other direction, so that no contender always follows the same one. */
    private void run(List<Entry> entries, Databases databases, Cpu.Meter meter) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(round % 2 == 0 ? i : entries.size() - 1 - i);
                databases.execute(BARE, "CHECKPOINT");
                Turn turn = Turn.run(entry.contender(), Duration.ofSeconds(round == 0 ? warmUp : seconds), meter);
                System.err.printf("round %d of %d: %s: %.0f/s%n", round, rounds, entry.contender().name(), turn.perSecond());
                if (round > 0) {
                    entry.turns().add(turn);
                }
            }
        }
    }

    private <T extends AutoCloseable> T start(T one) {
        synchronized (started) {
            started.push(one);
        }
        return one;
    }

    /** The last started first, whatever fails. */
    private void stop() {
        synchronized (started) {
            while (!started.isEmpty()) {
                try {
                    started.pop().close();
                } catch (Exception e) {
                    System.err.println("not stopped in good order: " + e);
                }
            }
        }
    }

    /** Tried again for a while: a server on a busy machine may write its last files after its stop was answered. */
    private static void delete(Path folder) throws Exception {
        for (int attempt = 1; Files.exists(folder); attempt++) {
            try {
                deleteOnce(folder);
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETE_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(DELETE_PAUSE_MILLIS);
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
