package apidrive.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import apidrive.sql.EmbeddedDatabase;

/** The nodes of a demo and their PostgreSQL. They end before it does, and with this process however that ends. */
final class Demo implements AutoCloseable {
    private static final int OWN_CONNECTIONS = 10;
    private static final int OWNER_CONNECTIONS = 2;  // of each node, while it migrates its tables
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final Executor RESTART = CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS);

    /** A node whose process ended by itself. */
    private record End(DemoNode node, int exitCode) {
    }

    private final EmbeddedDatabase database;
    private final PostgresGuard guard;
    private final List<DemoNode> nodes = new CopyOnWriteArrayList<>();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final Thread atExit = new Thread(this::stop, "apidrive-demo-exit");
    private boolean isStopped;

    private Demo(EmbeddedDatabase database, PostgresGuard guard) {
        this.database = database;
        this.guard = guard;
    }

    /**
     * Returns when every node is ready. Throws {@link IllegalStateException} with words for the user when one does not get
     * so, {@link apidrive.config.ConfigException} when their settings have faults; then nothing is left running.
     */
    static Demo start(DemoPlan plan) throws InterruptedException {
        EmbeddedDatabase database = EmbeddedDatabase.start(plan.data(),
                plan.nodes() * (DemoPlan.POOL + OWNER_CONNECTIONS) + OWN_CONNECTIONS);
        Demo demo = new Demo(database, PostgresGuard.over(database.pid(), plan.data()));
        Runtime.getRuntime().addShutdownHook(demo.atExit);
        try {
            demo.begin(plan);
            HttpClient http = HttpClient.newHttpClient();
            for (DemoNode node : demo.nodes) {
                node.awaitReady(http);
            }
            return demo;
        } catch (RuntimeException | InterruptedException e) {
            demo.close();
            throw e;
        }
    }

    List<DemoNode> nodes() {
        return nodes;
    }

    /** Tells of every node that ends, and starts it again where {@code restart}; never returns. */
    void watch(boolean restart, PrintWriter out) throws InterruptedException {
        while (true) {
            End end = ends.take();
            DemoWords.ended(out, end.node(), end.exitCode(), restart);
            if (restart) {
                RESTART.execute(() -> DemoWords.restarted(out, begin(end.node())));
            }
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return;  // the process is ending: its hook stops everything
        }
        stop();
    }

    private void begin(DemoPlan plan) {
        try {
            for (int number = 1; number <= plan.nodes(); number++) {
                nodes.add(DemoNode.prepare(number, plan, database));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder of a node cannot be written: " + e.getMessage(), e);
        }
        nodes.forEach(this::begin);
    }

    private synchronized DemoNode begin(DemoNode node) {
        if (!isStopped) {
            try {
                node.begin().onExit().thenAccept(process -> ended(node, process.exitValue()));
            } catch (IOException e) {
                throw new UncheckedIOException("node " + node.number() + " cannot be started: " + e.getMessage(), e);
            }
        }
        return node;
    }

    private synchronized void ended(DemoNode node, int exitCode) {
        if (!isStopped) {
            ends.add(new End(node, exitCode));
        }
    }

    /** Holds the lock that keeps {@link Main} from deleting the unpacked libraries under it. */
    private void stop() {
        synchronized (Runtime.getRuntime()) {
            synchronized (this) {
                isStopped = true;
            }
            long until = System.nanoTime() + STOP_PATIENCE.toNanos();
            nodes.forEach(DemoNode::end);
            nodes.forEach(node -> node.awaitEnd(until));
            database.close();
            guard.close();
        }
    }
}
