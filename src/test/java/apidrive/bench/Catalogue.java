package apidrive.bench;

import static apidrive.bench.Entry.atLeast;
import static apidrive.bench.Entry.beside;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import apidrive.wire.ChunkId;

/** All contenders, in the order of the table, and with what each is compared; none is started by being listed. */
final class Catalogue {
    private static final int FEW = 8;  // clients of the faster bare select on a small machine, and of the few connections
    private static final int MANY = 200;  // connections at once
    private static final double AS_FAST = 0.95;  // what a turn can tell from equal
    private static final double AN_OBJECT = 0.6;  // of what many clients move in chunks: it is one connection, and has three digests
    private static final double READERS = 0.8;  // of what one reader gets

    private final Stage stage;
    private final Plan plan;
    private final Hosts hosts;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> timed = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private Entry store;
    private Entry retrieveHot;

    Catalogue(Stage stage, Plan plan, Hosts hosts) throws IOException {
        this.stage = stage;
        this.plan = plan;
        this.hosts = hosts;
        listStores();
        listRetrievals();
        listForeign();
    }

    List<Entry> entries() {
        return entries;
    }

    /** Those whose latency is of interest. */
    List<Entry> timed() {
        return timed;
    }

    /** Why something is not among them, one sentence each. */
    List<String> leftOut() {
        return leftOut;
    }

    Entry store() {
        return store;
    }

    Entry retrieveHot() {
        return retrieveHot;
    }

    private void listStores() {
        Entry single = add(new Entry(new BareInsert(stage.pool(), plan.clients(), 1)));
        Entry eight = add(new Entry(new BareInsert(stage.pool(), plan.clients(), 8)));
        Entry bulk = add(new Entry(new BareInsert(stage.pool(), plan.clients(), 64)));
        Entry files = add(new Entry(new FileStore(hosts.fileServlet, plan.clients())));
        List<Entry.Comparison> ofRaw = new ArrayList<>(List.of(atLeast(0.75, eight), atLeast(1, files)));
        timed.add(single);
        if (NginxProcess.missing().isEmpty()) {
            Entry put = add(new Entry(new FileStore(hosts.nginx, plan.clients())));
            ofRaw.add(atLeast(0.5, put));
            timed.add(put);
        }
        store = add(new Entry(storeBy(NodeStore.Way.RAW), ofRaw.toArray(Entry.Comparison[]::new)));
        timed.add(store);
        add(new Entry(storeBy(NodeStore.Way.BSON), atLeast(AS_FAST, store)));
        add(new Entry(storeBy(NodeStore.Way.JSON), beside(store)));
        Entry batch = add(new Entry(storeBy(NodeStore.Way.BATCH), atLeast(0.85, eight), beside(bulk)));
        Entry few = add(new Entry(new Connections(new NodeStore(NodeStore.Way.RAW, hosts.storing, FEW))));
        add(new Entry(new Connections(new NodeStore(NodeStore.Way.RAW, hosts.storing, MANY)), atLeast(AS_FAST, few)));
        if (plan.fileMebibytes() > 0) {
            add(new Entry(FileTransfer.put(plan.fileMebibytes(), hosts.storing, stage.folder().resolve("put")),
                    atLeast(0.8, store), beside(batch)));
        }
        if (plan.objectMebibytes() > 0) {
            add(new Entry(ObjectTransfer.put(plan.objectMebibytes(), hosts.storing), atLeast(AN_OBJECT, store), beside(batch)));
        }
        TomcatProcess.missing().ifPresentOrElse(leftOut::add, () -> {
            for (NodeStore.Way way : NodeStore.Way.values()) {
                add(new Entry(new NodeStore(way, hosts.tomcatStoring, plan.clients()), beside(entry(storeBy(way).name()))));
            }
        });
    }

    private void listRetrievals() {
        Entry select = add(new Entry(new BareSelect(stage.pool(), Math.min(FEW, plan.clients()), hosts.keys)));
        if (plan.clients() > FEW) {
            add(new Entry(new BareSelect(stage.pool(), plan.clients(), hosts.keys)));
        }
        Entry retrieved = add(new Entry(retrieve(hosts.cold, NodeRetrieve.Way.RAW, "cold", hosts.ids), atLeast(0.5, select)));
        add(new Entry(retrieve(hosts.cold, NodeRetrieve.Way.BSON, "cold", hosts.ids), atLeast(AS_FAST, retrieved)));
        List<Entry.Comparison> ofHot = new ArrayList<>(List.of(beside(select)));
        add(new Entry(new FileRetrieve(hosts.fileServlet, plan.clients(), Hosts.HOT)));
        NginxProcess.missing().ifPresentOrElse(leftOut::add, () -> {
            Entry got = add(new Entry(new FileRetrieve(hosts.nginx, plan.clients(), Hosts.HOT)));
            ofHot.add(atLeast(0.7, got));
            timed.add(got);
        });
        retrieveHot = add(new Entry(retrieve(hosts.hot, NodeRetrieve.Way.RAW, "hot", hosts.hotIds),
                ofHot.toArray(Entry.Comparison[]::new)));
        add(new Entry(retrieve(hosts.hot, NodeRetrieve.Way.BSON, "hot", hosts.hotIds), atLeast(AS_FAST, retrieveHot)));
        timed.addAll(List.of(retrieved, retrieveHot));
        Entry few = add(new Entry(hotOver(FEW)));
        add(new Entry(hotOver(MANY), atLeast(AS_FAST, few)));
        if (plan.fileMebibytes() > 0) {
            add(new Entry(FileTransfer.get(plan.fileMebibytes(), List.of(hosts.cold), stage.folder().resolve("get")),
                    atLeast(0.8, retrieved)));
        }
        if (plan.objectMebibytes() > 0) {
            Entry one = add(new Entry(ObjectTransfer.get(plan.objectMebibytes(), hosts.cold, hosts.object), atLeast(AN_OBJECT, retrieved)));
            add(new Entry(new ObjectReaders(plan.objectMebibytes(), hosts.cold, hosts.object), atLeast(READERS, one)));
        }
        if (TomcatProcess.missing().isEmpty()) {
            for (NodeRetrieve.Way way : NodeRetrieve.Way.values()) {
                String inJetty = retrieve(hosts.hot, way, "hot", hosts.hotIds).name();
                add(new Entry(retrieve(hosts.tomcatHot, way, "hot", hosts.hotIds), beside(entry(inJetty))));
            }
        }
    }

    private void listForeign() throws IOException {
        if (plan.foreign() == null) {
            return;
        }
        ForeignServer server = ForeignServer.at(plan.foreign(), plan.foreignPid());
        FileHost host = new FileHost(plan.foreign().getAuthority(), plan.foreignKind(), server.path(),
                new Lazy<>(() -> server), null);
        Entry stores = add(new Entry(new FileStore(host, plan.clients()), beside(store)));
        Entry retrieves = add(new Entry(new FileRetrieve(host, plan.clients(), Hosts.HOT), beside(retrieveHot)));
        timed.addAll(List.of(stores, retrieves));
    }

    private Entry add(Entry entry) {
        entries.add(entry);
        return entry;
    }

    private Entry entry(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst().orElseThrow();
    }

    private NodeStore storeBy(NodeStore.Way way) {
        return new NodeStore(way, hosts.storing, plan.clients());
    }

    private Connections hotOver(int connections) {
        return new Connections(new NodeRetrieve(NodeRetrieve.Way.RAW, "hot", hosts.hot, connections, hosts.hotIds));
    }

    private NodeRetrieve retrieve(NodeHost host, NodeRetrieve.Way way, String condition, Lazy<List<ChunkId>> from) {
        return new NodeRetrieve(way, condition, host, plan.clients(), from);
    }
}
