package apidrive.bench;

import static apidrive.bench.Entry.atLeast;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import apidrive.wire.ChunkId;

/** What five nodes on this machine give out: one that must fetch, beside a holder; and all of them a file, beside one node alone. */
final class NetworkRetrievals implements Section {
    private static final String PREFIX = "network: retrievals: ";
    private static final int NODES = 5;
    private static final double FETCHED = 0.4;
    private static final double AS_FAST = 0.95;
    private static final int SMALL_CHUNKS = 4_096;
    private static final int MOST_FILES = 24;  // turns of the warm-up: some four minutes

    private final Stage stage;
    private final Plan plan;
    private final NodeNetwork network;
    private final NodeHost alone;
    private final Lazy<List<Set<ChunkId>>> kept;
    private final List<Entry> entries = new ArrayList<>();

    NetworkRetrievals(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        this.network = new NodeNetwork(stage, "bench_retrievals", NODES, 2);
        this.alone = new NodeHost("a node alone", stage.jetty("retrievals-alone", "bench_retrievals_alone", "--cache-bytes=0"));
        this.kept = new Lazy<>(this::fill);
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
        warmUp(chosen.stream().map(Entry::contender).filter(Contender::isOnce).toList());
        new Rounds(stage, plan, network::settle).run(chosen);
        return RateTables.of(chosen, List.of()).replaceFirst("Rates", "Retrievals from a network of " + NODES + " nodes, "
                + NodeNetwork.COPIES + " copies");
    }

    /** With small chunks first, of which the servers answer many while they compile for themselves, each on the same cores. */
    private void warmUp(List<Contender> files) throws Exception {
        network.warmUp(plan);
        List<NodeHost> hosts = new ArrayList<>(network.hosts());
        if (!files.isEmpty()) {
            hosts.add(alone);
        }
        List<Contender> small = new ArrayList<>();
        for (NodeHost host : hosts) {
            SmallChunks chunks = new SmallChunks(host, plan.clients(), SMALL_CHUNKS);
            chunks.fill();
            small.add(chunks.retrieveMany());
        }
        network.settle();
        WarmUp.run(new Dealt("small chunks, many at once", plan.clients(), small), plan.warmUp().multipliedBy(hosts.size()),
                stage.databases().pid());
        for (Contender file : files) {
            WarmUp.run(file, plan.warmUp(), MOST_FILES, stage.databases().pid());
        }
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
