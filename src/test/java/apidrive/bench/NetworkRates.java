package apidrive.bench;

import static apidrive.bench.Entry.atLeast;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import apidrive.wire.ChunkId;

/** What five nodes on this machine do that keep three copies, beside one node alone; and a node that must fetch, beside a holder. */
final class NetworkRates implements Section {
    private static final String PREFIX = "network: rates: ";
    private static final int NODES = 5;
    private static final double STORES = 0.28;  // the same cores do three times the work, and tell each other of it
    private static final double FETCHED = 0.4;
    private static final double AS_FAST = 0.95;
    private static final int MOST_FILES = 24;  // turns of the warm-up: some four minutes
    private static final int SMALL = 100_000_000;  // chunks of the warm-up at one node at most

    private final Stage stage;
    private final Plan plan;
    private final NodeNetwork network;
    private final NodeHost alone;
    private final Lazy<List<Set<ChunkId>>> kept;
    private final List<Entry> entries = new ArrayList<>();

    NetworkRates(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        this.network = new NodeNetwork(stage, "bench_network", NODES, 2);
        this.alone = new NodeHost("a node alone", stage.jetty("network-alone", "bench_alone", "--cache-bytes=0"));
        this.kept = new Lazy<>(this::fill);
        for (int clients : List.of(plan.clients(), plan.clients() * NODES)) {
            listStores(clients);
        }
        listBatches(plan.clients());
        listRetrievals();
        if (plan.networkFileMebibytes() > 0) {
            listFiles();
        }
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
        warmUp(chosen);
        new Rounds(stage, plan, network::settle).run(chosen);  // what an earlier turn still owes is not the next one's
        return RateTables.of(chosen, List.of()).replaceFirst("Rates", "A network of " + NODES + " nodes, "
                + NodeNetwork.COPIES + " copies, 2 acknowledged");
    }

    /**
     * As many processes compile for themselves, on the same cores: with small chunks they are through the sooner. Then all that is
     * measured runs until they are through with that as well: each of five has a fifth of the occasions that one alone has.
     */
    private void warmUp(List<Entry> chosen) throws Exception {
        Contender small = new Dealt("small chunks", plan.clients(), IntStream.range(0, network.size()).mapToObj(number ->
                new SmallChunks(network.host(number), plan.clients(), number * SMALL).store()).toList());
        WarmUp.run(small, plan.warmUp().multipliedBy(network.size()), stage.databases().pid());
        for (Entry entry : chosen) {
            int most = entry.contender().isOnce() ? MOST_FILES : WarmUp.MOST_TURNS;
            WarmUp.run(entry.contender(), plan.warmUp(), most, stage.databases().pid());
        }
    }

    private void listStores(int clients) {
        Entry single = add(storeAlone("PUT", NodeStore.Way.RAW, clients));
        add(new Entry(new HolderStore(network, clients), atLeast(STORES, single)));
        add(storeAtEach("PUT", NodeStore.Way.RAW, clients, single));
    }

    /** As a file is put. */
    private void listBatches(int clients) {
        String what = "batches of " + NodeStore.Way.BATCH.chunks;
        Entry single = add(storeAlone(what, NodeStore.Way.BATCH, clients));
        add(storeAtEach(what, NodeStore.Way.BATCH, clients, single));
    }

    private Entry storeAlone(String what, NodeStore.Way way, int clients) {
        return new Entry(named("a node alone: " + what + ", " + clients + " clients", new NodeStore(way, alone, clients)));
    }

    private Entry storeAtEach(String what, NodeStore.Way way, int clients, Entry single) {
        return new Entry(new Dealt(what + " at every node, " + clients + " clients", clients, each(host -> new NodeStore(way, host, clients))),
                atLeast(STORES, single));
    }

    private void listRetrievals() {
        Entry holders = add(new Entry(retrieve("GET at a holder", Set::contains)));
        add(new Entry(retrieve("GET at a node that is none", (keeps, id) -> !keeps.contains(id)), atLeast(FETCHED, holders)));
    }

    private void listFiles() {
        Entry one = add(new Entry(named("client: get from one server",
                FileTransfer.get(plan.networkFileMebibytes(), List.of(alone), stage.folder().resolve("network-one")))));
        add(new Entry(named("client: get from " + NODES + " servers",
                FileTransfer.get(plan.networkFileMebibytes(), network.hosts(), stage.folder().resolve("network-five"))),
                atLeast(AS_FAST, one)));
    }

    private Entry add(Entry entry) {
        entries.add(entry);
        return entry;
    }

    private interface Maker {
        Contender at(NodeHost host);
    }

    private List<Contender> each(Maker maker) {
        return network.hosts().stream().map(maker::at).toList();
    }

    /** {@code wanted} says of what a node keeps, and an id, whether it is asked for there. */
    private Contender retrieve(String name, BiPredicate<Set<ChunkId>, ChunkId> wanted) {
        return new Dealt(name, plan.clients(), IntStream.range(0, network.size()).mapToObj(number -> new NodeRetrieve(
                NodeRetrieve.Way.RAW, "cold", network.host(number), plan.clients(), new Lazy<>(() -> {
                    List<Set<ChunkId>> each = kept.get();
                    Set<ChunkId> all = new HashSet<>();
                    each.forEach(all::addAll);
                    return all.stream().filter(id -> wanted.test(each.get(number), id)).toList();
                }))).toList());
    }

    /** As the other, by another name. */
    private static Contender named(String name, Contender contender) {
        return new Dealt(name, contender.clients(), List.of(contender));
    }

    /** What each node keeps of as many chunks as the plan says. */
    private List<Set<ChunkId>> fill() throws Exception {
        network.host(0).fill(plan.networkChunks());
        network.settle();
        List<Set<ChunkId>> all = new ArrayList<>();
        for (int number = 0; number < network.size(); number++) {
            all.add(network.kept(number));
        }
        return all;
    }
}
