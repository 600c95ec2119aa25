package apidrive.bench;

import static apidrive.bench.Entry.atLeast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import apidrive.wire.ChunkId;

/** What five nodes on this machine do that keep three copies, beside one node alone; and a node that must fetch, beside a holder. */
final class NetworkRates implements Section {
    private static final int NODES = 5;
    private static final double STORES = 0.28;  // the same cores do three times the work, and tell each other of it
    private static final double FETCHED = 0.4;
    private static final double AS_FAST = 0.95;
    private static final int SMALL = 100_000_000;  // chunks of the warm-up at one node at most

    private final Stage stage;
    private final Plan plan;
    private final NodeNetwork network;
    private final NodeHost alone;
    private final Lazy<List<Set<ChunkId>>> kept;

    NetworkRates(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        this.network = new NodeNetwork(stage, "bench_network", NODES, 2);
        this.alone = new NodeHost("a node alone", stage.jetty("network-alone", "bench_alone", "--cache-bytes=0"));
        this.kept = new Lazy<>(this::fill);
    }

    @Override
    public List<String> names() {
        return List.of("network: rates of five nodes with three copies, two acknowledged; fetching; a file from five servers");
    }

    @Override
    public String measure() throws Exception {
        network.start();
        List<Entry> entries = entries();
        for (Entry entry : entries) {
            entry.contender().prepare();
        }
        warmUp();
        network.settle();
        for (int round = 0; round <= plan.rounds(); round++) {
            List<Entry> order = new ArrayList<>(entries);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Entry entry : order) {
                if (round == 0 && entry.contender().isOnce()) {
                    continue;
                }
                network.settle();  // what an earlier turn still owes is not this one's
                stage.databases().checkpoint();
                entry.run(round, plan, stage.databases().pid());
            }
        }
        if (plan.profile() != null) {
            profile(entries);
        }
        return RateTables.of(entries, List.of()).replaceFirst("Rates", "A network of " + NODES + " nodes, "
                + NodeNetwork.COPIES + " copies, 2 acknowledged");
    }

    private void profile(List<Entry> entries) throws Exception {
        Profiler profiler = new Profiler(plan.profile(), stage.databases());
        for (Entry entry : entries) {
            network.settle();
            stage.databases().checkpoint();
            profiler.run(entry.contender(), plan.turn());
        }
    }

    /** As many processes compile for themselves, on the same cores: with small chunks they are through the sooner. */
    private void warmUp() throws Exception {
        Contender small = new Dealt("small chunks", plan.clients(), IntStream.range(0, network.size()).mapToObj(number ->
                new SmallChunks(network.host(number), plan.clients(), number * SMALL).store()).toList());
        WarmUp.run(small, plan.warmUp().multipliedBy(network.size()), stage.databases().pid());
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int clients : List.of(plan.clients(), plan.clients() * NODES)) {
            Entry single = new Entry(named("a node alone: PUT, " + clients + " clients", new NodeStore(NodeStore.Way.RAW, alone, clients)));
            entries.add(single);
            entries.add(new Entry(new Dealt("network: PUT at every node, " + clients + " clients", clients, each(
                    host -> new NodeStore(NodeStore.Way.RAW, host, clients))), atLeast(STORES, single)));
        }
        Entry holders = new Entry(retrieve("network: GET at a holder", Set::contains));
        entries.add(holders);
        entries.add(new Entry(retrieve("network: GET at a node that is none", (keeps, id) -> !keeps.contains(id)),
                atLeast(FETCHED, holders)));
        if (plan.networkFileMebibytes() > 0) {
            Entry one = new Entry(named("client: get from one server",
                    FileTransfer.get(plan.networkFileMebibytes(), alone, stage.folder().resolve("network-one"))));
            entries.add(one);
            entries.add(new Entry(named("client: get from " + NODES + " servers",
                    FileTransfer.get(plan.networkFileMebibytes(), network.host(0), stage.folder().resolve("network-five"))),
                    atLeast(AS_FAST, one)));
        }
        return entries;
    }

    private interface Maker {
        Contender at(NodeHost host);
    }

    private List<Contender> each(Maker maker) {
        return IntStream.range(0, network.size()).mapToObj(number -> maker.at(network.host(number))).toList();
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
