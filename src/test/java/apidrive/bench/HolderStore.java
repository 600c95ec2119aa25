package apidrive.bench;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import apidrive.placement.Placement;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;

/**
 * Chunks stored by clients that know the list of servers: each goes straight to the first of those that are to keep it, for which its
 * client computes its id. A node alone is a list of one, so that what clients do is the same beside it.
 */
final class HolderStore implements Contender {
    private final String name;
    private final List<NodeHost> listed;
    private final int clients;
    private final Map<NodeId, NodeHost> hosts = new HashMap<>();
    private Placement placement;

    /** {@code listed} are a network, all of it. */
    HolderStore(String name, List<NodeHost> listed, int clients) {
        this.name = name;
        this.listed = listed;
        this.clients = clients;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int clients() {
        return clients;
    }

    /** Reads the list, once all have been heard of. */
    @Override
    public void prepare() throws Exception {
        Map<Integer, NodeHost> ports = new HashMap<>();
        for (NodeHost host : listed) {
            ports.put(host.port(), host);
        }
        List<Placement.Server> servers = new ArrayList<>();
        for (Document server : list()) {
            NodeId id = server.text("Id").flatMap(NodeId::parse).orElseThrow();
            int port = server.text("Url").map(URI::create).orElseThrow().getPort();
            hosts.put(id, listed.size() == 1 ? listed.get(0) : ports.get(port));  // a node alone need not know its address
            double weight = server.get("Weight", Number.class).orElseThrow().doubleValue();
            servers.add(new Placement.Server(id, server.text("Zone").orElseThrow(), weight));
        }
        placement = Placement.of(Placement.DEFAULT_BITS, servers);
    }

    @Override
    public List<Server> servers() throws Exception {
        return NodeHost.servers(listed);
    }

    @Override
    public Worker worker(int number) throws Exception {
        byte[] request = HttpConnection.request(NodeStore.Way.RAW.method, NodeStore.Way.RAW.path, NodeStore.Way.RAW.type, new byte[Block.BYTES]);
        int bodyAt = request.length - Block.BYTES;
        Block block = new Block(request, bodyAt);
        Map<NodeId, HttpConnection> connections = new HashMap<>();
        for (Map.Entry<NodeId, NodeHost> host : hosts.entrySet()) {
            connections.put(host.getKey(), host.getValue().connect());
        }
        return new Worker() {
            @Override
            public int exchange() throws Exception {
                block.next();
                Digest digest = Digest.of(request, bodyAt, Block.BYTES);
                HttpConnection connection = connections.get(placement.holders(ChunkId.of(digest), 1).get(0));
                connection.exchange(request);
                NodeStore.requireDigest(connection.body(), digest);
                return 1;
            }

            @Override
            public void close() throws Exception {
                for (HttpConnection connection : connections.values()) {
                    connection.close();
                }
            }
        };
    }

    private List<Document> list() throws Exception {
        try (HttpConnection connection = listed.get(0).connect()) {
            connection.exchange(NodeNetwork.SERVERS);
            return Format.JSON.readDocuments(connection.body());
        }
    }
}
