package apidrive.failures;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import apidrive.launch.Clients;

/**
 * Clients store and retrieve without a rest while one nemesis after the other strikes; at the end, when all is mended, it is
 * judged whether anything that was acknowledged is lost, or ever came back as something else. Says what happens as it does.
 */
final class Ordeal implements AutoCloseable {
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(8);
    private static final Duration MEMBERSHIP_PATIENCE = Duration.ofMinutes(1);
    private static final Duration COPIES_PATIENCE = Duration.ofMinutes(3);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(40);
    private static final Duration PROGRESS_PATIENCE = Duration.ofSeconds(30);
    private static final int PROGRESS = 20;  // stores after a strike, before it counts as over
    private static final long LOOK_MILLIS = 100;
    private static final int SHOWN = 5;
    private static final String ROW = "%-32s %-36s %8s %8s %8s %8s %8s %8s%n";

    private final Cluster cluster;
    private final Clients clients;
    private final Random random;
    private final Duration hold;
    private final PrintStream out;
    private final List<String> faults = new ArrayList<>();
    private final long began = System.nanoTime();

    /** {@code hold} is how long a harm lasts; {@code pause} is each client's between two requests. */
    Ordeal(Cluster cluster, long seed, Duration hold, Duration pause, PrintStream out) {
        this.cluster = cluster;
        this.clients = new Clients(3, 3, pause, CLIENT_PATIENCE);
        this.random = new Random(seed);
        this.hold = hold;
        this.out = out;
    }

    /** The clients begin. */
    void begin() throws Exception {
        clients.start(cluster.doors());
        row("what", "whom", "seconds", "stored", "refused", "read", "denied", "404");
        awaitProgress("the beginning");
    }

    /** Each once, in an order that the seed decides, until the time since the start is over. */
    void strike(List<Nemesis> nemeses, Duration most) throws Exception {
        List<Nemesis> order = new ArrayList<>(nemeses);
        Collections.shuffle(order, random);
        for (Nemesis nemesis : order) {
            if (age().compareTo(most) < 0) {
                strike(nemesis);
            }
        }
    }

    void strike(Nemesis nemesis) throws Exception {
        if (nemesis.destroysCopies()) {
            demandCopies("before " + nemesis.name());
        }
        Clients.Tally before = clients.tally();
        long start = System.nanoTime();
        String whom = nemesis.strike(cluster, random, hold);
        Clients.Tally harmed = clients.tally().since(before);
        cluster.awaitKnown(MEMBERSHIP_PATIENCE);
        awaitProgress(nemesis.name());
        Clients.Tally meanwhile = clients.tally().since(before);
        row(nemesis.name(), whom, seconds(start), Long.toString(meanwhile.stored()), Long.toString(meanwhile.refused()),
                Long.toString(meanwhile.read()), Long.toString(meanwhile.denied()), Long.toString(meanwhile.mistaken()));
        if (harmed.stored() == 0 || harmed.read() == 0) {
            faults.add(nemesis.name() + ": the rest of the network did not serve meanwhile");
        }
    }

    /** How long it has been going on. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Ends the clients, waits until all is mended, checks every acknowledged chunk everywhere; returns what is not as promised. */
    List<String> judge() throws Exception {
        clients.stop();
        demandCopies("at the end");
        long start = System.nanoTime();
        for (ClusterNode node : cluster.nodes()) {
            List<String> missing = clients.missing(node.door());
            for (long until = System.nanoTime() + ANSWER_PATIENCE.toNanos(); !missing.isEmpty() && System.nanoTime() < until;) {
                Thread.sleep(LOOK_MILLIS);
                missing = clients.missing(node.door());
            }
            if (!missing.isEmpty()) {
                faults.add("node " + node.number() + " does not give back " + missing.size() + " acknowledged chunks: " + some(missing));
            }
        }
        if (!clients.wrong().isEmpty()) {
            faults.add("wrong bytes came back " + clients.wrong().size() + " times: " + some(clients.wrong()));
        }
        row("all of it read again", "through every node", seconds(start), "", "", Long.toString(clients.acknowledged()), "", "");
        out.println(faults.isEmpty() ? "verdict: " + clients.acknowledged() + " acknowledged chunks, none lost, none wrong, all "
                + copies() + " copies there, after " + age().toSeconds() + " s" : "verdict: FAILED");
        faults.forEach(fault -> out.println("  " + fault));
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        clients.close();
    }

    private void demandCopies(String when) throws Exception {
        List<String> ids = clients.ids();
        long start = System.nanoTime();
        Stock stock = cluster.awaitCopies(ids, COPIES_PATIENCE);
        row("every chunk has its copies", when, seconds(start), Integer.toString(ids.size()), "", "", "", "");
        if (stock.lacking(ids, copies()) > 0) {
            faults.add(when + ": " + stock.lacking(ids, copies()) + " of " + ids.size() + " acknowledged chunks have fewer than "
                    + copies() + " sound copies, " + stock.lacking(ids, 1) + " have none; " + stock.owed() + " are owed");
        }
        if (stock.unsound() > 0) {
            faults.add(when + ": " + stock.unsound() + " rows hold other bytes than they say");
        }
    }

    private int copies() {
        return Math.min(Cluster.COPIES, cluster.nodes().size());
    }

    private void awaitProgress(String after) throws InterruptedException {
        long wanted = clients.tally().stored() + PROGRESS;
        long until = System.nanoTime() + PROGRESS_PATIENCE.toNanos();
        while (clients.tally().stored() < wanted) {
            if (System.nanoTime() > until) {
                faults.add("after " + after + " hardly any store was acknowledged for " + PROGRESS_PATIENCE.toSeconds() + " s");
                return;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void row(Object... cells) {
        out.printf(Locale.ROOT, ROW, cells);
        out.flush();
    }

    private static String seconds(long since) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - since) / 1e9);
    }

    private static String some(List<String> all) {
        return String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    }
}
