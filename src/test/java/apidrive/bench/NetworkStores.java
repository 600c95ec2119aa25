package apidrive.bench;

import static apidrive.bench.Entry.atLeast;

import java.util.ArrayList;
import java.util.List;

/** What five nodes on this machine store that keep three copies, beside one node alone. */
final class NetworkStores implements Section {
    private static final String PREFIX = "network: stores: ";
    private static final String ALONE = "bench_alone";
    private static final int NODES = 5;
    private static final int ACK = 2;
    private static final double STORES = 0.28;  // the same cores do three times the work, and tell each other of it

    private final Stage stage;
    private final Plan plan;
    private final NodeNetwork network;
    private final NodeHost alone;
    private final List<Entry> entries = new ArrayList<>();

    NetworkStores(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        this.network = new NodeNetwork(stage, "bench_network", NODES, ACK);
        this.alone = new NodeHost("a node alone", stage.jetty("network-alone", ALONE, "--cache-bytes=0"));
        for (int clients : List.of(plan.clients(), plan.clients() * NODES)) {
            Entry listed = list(new HolderStore("PUT at a node alone, " + clients + " clients that know it", List.of(alone), clients));
            list(new HolderStore("PUT at a holder, " + clients + " clients that know the list", network.hosts(), clients), atLeast(STORES, listed));
            listEach("PUT", NodeStore.Way.RAW, clients);
        }
        listEach("batches of " + NodeStore.Way.BATCH.chunks, NodeStore.Way.BATCH, plan.clients());
    }

    @Override
    public List<String> names() {
        return entries.stream().map(entry -> PREFIX + entry.name()).toList();
    }

    @Override
    public String measure() throws Exception {
        network.start();
        List<Entry> chosen = Rounds.chosen(entries, entry -> plan.wants(PREFIX + entry.name()));
        for (Entry entry : chosen) {
            entry.contender().prepare();
        }
        network.warmUp(plan);
        new Rounds(stage, plan, this::forget).run(chosen);
        return RateTables.of(chosen, List.of()).replaceFirst("Rates", "Stores in a network of " + NODES + " nodes, "
                + NodeNetwork.COPIES + " copies, " + ACK + " acknowledged");
    }

    /** What an earlier turn still owes is not the next one's, and what it stored does not fill the disk. */
    private void forget() throws Exception {
        network.forget();
        stage.databases().forget(ALONE);
    }

    private void listEach(String what, NodeStore.Way way, int clients) {
        Entry single = list(dealt(what + " at a node alone", way, clients, List.of(alone)));
        list(dealt(what + " at every node", way, clients, network.hosts()), atLeast(STORES, single));
    }

    private static Contender dealt(String what, NodeStore.Way way, int clients, List<NodeHost> hosts) {
        return new Dealt(what + ", " + clients + " clients", clients, hosts.stream().map(host -> new NodeStore(way, host, clients)).toList());
    }

    private Entry list(Contender contender, Entry.Comparison... comparisons) {
        Entry entry = new Entry(contender, comparisons);
        entries.add(entry);
        return entry;
    }
}
