package apidrive.name;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import apidrive.TestDatabase;
import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.placement.Placement;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.repair.Network;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.NodeId;

/** Some nodes, each on a database of its own, that ask each other by the bodies that would go over HTTP. Time is what it is set to. */
final class NameWorld implements AutoCloseable {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Wish WISH = new Wish(3, 2);
    static final int COPIES = 3;

    final List<Node> nodes = new ArrayList<>();
    final Set<NodeId> away = new HashSet<>();
    final Set<NodeId> lying = new HashSet<>();
    /** For whom objects were told to be kept. */
    final List<UUID> held = new ArrayList<>();
    /** And how long each at the last. */
    final Map<UUID, Duration> left = new HashMap<>();
    Instant now = NOON;
    /** Done once, when what a name means was asked for and a record is about to be kept. */
    Runnable meanwhile = () -> { };
    private Placement placement;

    /** One of them. */
    final class Node implements Network {
        final NodeId id;
        final TestDatabase database = TestDatabase.migrated();
        final NameTable table = new NameTable(new Database(database.runner()));
        final NamePages pages = new NamePages(new Database(database.runner()));
        final NameInventory inventory = new NameInventory(new Database(database.runner()));
        final Holders holders;
        final LocalNames own;
        final Names names;
        final NameSync sync;
        final NameHandover handover;
        final NameDelivery delivery;
        final NameCleaning cleaning;
        Duration slow = Duration.ZERO;
        boolean isDraining;

        private Node(int number) {
            this.id = new NodeId(new UUID(number, number));
            this.holders = new Holders(this, COPIES, this::clock);
            NamePeers peers = this::shelf;
            this.own = new LocalNames(table, pages, inventory, new NameSearch(new Database(database.runner())),
                    new Claimants(new Database(database.runner())), this, this::clock);
            this.names = new Names(this, holders, peers, this::clock, Runnable::run);
            this.sync = new NameSync(this, holders, peers, own, inventory, new Random(1));
            this.handover = new NameHandover(this, holders, peers, table, inventory);
            this.delivery = new NameDelivery(this, peers, inventory);
            this.cleaning = new NameCleaning(this, inventory);
        }

        private Instant clock() {
            return now.minus(slow);
        }

        /** Its own by the same way, so that what is told has been done when the call returns. */
        private NameShelf shelf(NodeId node) {
            return new RemoteNames((route, body, mostBytes) -> NameWorld.this.call(node, route, body, mostBytes), this::clock);
        }

        /** Compares itself with all others once. */
        void compareAll() {
            compared();
            now = now.plus(Duration.ofMinutes(11));
            compared();
        }

        private void compared() {
            for (int i = 0; i <= nodes.size() && !sync.step(now).equals(Duration.ofSeconds(1)); i++) {
                Thread.onSpinWait();
            }
        }

        NameKeeping keeping(Duration lifetime, Predicate<ChunkId> renewal, Predicate<ChunkId> isGone) {
            return new NameKeeping(this, holders, table, pages, names, WISH, lifetime, renewal, holds -> holds.forEach(hold -> {
                held.add(hold.holder());
                left.put(hold.holder(), hold.left());
            }), isGone);
        }

        /** Ends what is over, as far as this one is to. */
        void endOver() {
            new NameEnding(this, holders, pages, record -> names.end(record, WISH)).step(clock());
        }

        boolean keeps(NameKey key) {
            return table.newest(List.of(key)).containsKey(key);
        }

        @Override
        public NodeId self() {
            return id;
        }

        @Override
        public Placement placement() {
            return placement;
        }

        @Override
        public boolean isReachable(NodeId node) {
            return !away.contains(node);
        }

        @Override
        public Collection<NodeId> reachable() {
            return nodes.stream().map(Node::self).filter(node -> !node.equals(id) && isReachable(node)).toList();
        }

        @Override
        public Collection<NodeId> away() {
            return nodes.stream().map(Node::self).filter(node -> !node.equals(id) && !isReachable(node)).toList();
        }

        @Override
        public int size() {
            return placement.size();
        }

        @Override
        public Optional<URI> url(NodeId node) {
            return Optional.empty();
        }

        @Override
        public double load(NodeId node) {
            return 0;
        }

        @Override
        public boolean takesChunks() {
            return !isDraining;
        }

        @Override
        public boolean isDraining() {
            return isDraining;
        }

        @Override
        public boolean isClosed() {
            return true;
        }
    }

    NameWorld(int size) {
        for (int number = 1; number <= size; number++) {
            nodes.add(new Node(number));
        }
        place();
    }

    Node node(int number) {
        return nodes.get(number);
    }

    /** One more joins. */
    Node join() {
        nodes.add(new Node(nodes.size() + 1));
        place();
        return nodes.get(nodes.size() - 1);
    }

    /** Those that take names are those that do not drain. */
    void place() {
        placement = Placement.of(4, nodes.stream().filter(node -> !node.isDraining).map(node -> new Placement.Server(node.id, "", 1)).toList());
    }

    /** The nodes that the name belongs on, the first first. */
    List<Node> holders(NameKey key) {
        return placement.holders(key.id(), COPIES).stream()
                .map(id -> nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow()).toList();
    }

    /** A name whose holders do not include this node. */
    NameKey keyElsewhereThan(Node node) {
        for (int i = 0; ; i++) {
            NameKey key = new NameKey("files", "elsewhere " + i);
            if (!holders(key).contains(node)) {
                return key;
            }
        }
    }

    /** An object of these bytes, of which nothing but names is kept here. */
    static StoredObject object(String bytes) {
        byte[] data = bytes.getBytes(StandardCharsets.UTF_8);
        return new StoredObject(Digest.of(("root of " + bytes).getBytes(StandardCharsets.UTF_8)), data.length,
                ObjectDigests.of(hash("SHA-1", data), hash("SHA-256", data), hash("SHA-512", data)), Label.of("text/plain", "a b.txt"), NOON);
    }

    @Override
    public void close() {
        nodes.forEach(node -> {
            node.own.close();
            node.database.close();
        });
    }

    private CompletableFuture<byte[]> call(NodeId to, NameRoute route, byte[] body, int mostBytes) {
        if (away.contains(to)) {
            return CompletableFuture.failedFuture(Problem.PEER_FAILED.because("away"));
        }
        if (lying.contains(to)) {
            return CompletableFuture.completedFuture(new byte[] {1, 2, 3});
        }
        if (route == NameRoute.KEEP) {
            Runnable before = meanwhile;
            meanwhile = () -> { };
            before.run();
        }
        Node node = nodes.stream().filter(one -> one.id.equals(to)).findFirst().orElseThrow();
        try {
            byte[] answer = route.answer(node.own, body);
            return answer.length > mostBytes ? CompletableFuture.failedFuture(Problem.PEER_FAILED.because("an answer too long"))
                    : CompletableFuture.completedFuture(answer);
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] hash(String algorithm, byte[] data) {
        try {
            return MessageDigest.getInstance(algorithm).digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
