package apidrive.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import apidrive.placement.Placement;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.NodeId;

/** Servers that do as those of a network: whoever gets a chunk brings it to its holders, whoever is asked fetches it. */
final class FakeNetwork implements AutoCloseable {
    static final int COPIES = 3;

    /** In the order of the list. */
    final List<FakeServer> servers = new ArrayList<>();
    /** The members Copies and Ack of every store. */
    final Queue<String> wishes = new ConcurrentLinkedQueue<>();

    private final Map<NodeId, FakeServer> byId = new LinkedHashMap<>();
    private final Set<FakeServer> dead = ConcurrentHashMap.newKeySet();
    private final String name;

    FakeNetwork(String name, int size) {
        this.name = name;
        for (int i = 0; i < size; i++) {
            FakeServer server = FakeServer.start().in(this);
            servers.add(server);
            byId.put(NodeId.of(Digest.of((name + i).getBytes(StandardCharsets.US_ASCII)).bytes()), server);
        }
    }

    /** Ends a server; the list tells so only where {@code isKnown}. */
    void kill(FakeServer server, boolean isKnown) {
        server.close();
        server.chunks.clear();
        if (isKnown) {
            dead.add(server);
        }
    }

    /** Brings every chunk to those that are its holders now. */
    void heal() {
        for (FakeServer from : List.copyOf(servers)) {
            from.chunks.forEach((id, data) -> ranking(id).stream().limit(COPIES).forEach(to -> to.chunks.put(id, data)));
        }
    }

    /** As a client is to compute it. */
    List<FakeServer> ranking(ChunkId id) {
        List<Placement.Server> alive = new ArrayList<>();
        byId.forEach((node, server) -> {
            if (!dead.contains(server)) {
                alive.add(new Placement.Server(node, zone(server), 100));
            }
        });
        Placement placement = Placement.of(Placement.DEFAULT_BITS, alive);
        return placement.ranking(placement.part(id)).stream().map(byId::get).toList();
    }

    Document facts() {
        return new Document().with("Network", name).with("PartitionBits", Placement.DEFAULT_BITS).with("Copies", COPIES)
                .with("Ack", 2).with("Closed", false);
    }

    List<Document> list() {
        List<Document> list = new ArrayList<>();
        byId.forEach((node, server) -> list.add(new Document().with("Id", node.toString()).with("Url", server.url())
                .with("Zone", zone(server)).with("State", dead.contains(server) ? "dead" : "active").with("Weight", 100)));
        return list;
    }

    void spread(ChunkId id, byte[] data, DriveRequest request) {
        wishes.add(request.copies() + "/" + request.ack());
        ranking(id).stream().limit(request.copies() == null ? COPIES : request.copies()).forEach(to -> to.chunks.put(id, data));
    }

    List<String> holders(ChunkId id) {
        return servers.stream().filter(server -> server.chunks.containsKey(id)).map(FakeServer::url).toList();
    }

    /** Null where no server has it. */
    byte[] find(ChunkId id) {
        return servers.stream().map(server -> server.chunks.get(id)).filter(data -> data != null).findAny().orElse(null);
    }

    @Override
    public void close() {
        servers.forEach(FakeServer::close);
    }

    private String zone(FakeServer server) {
        return "zone-" + servers.indexOf(server) % 3;
    }
}
