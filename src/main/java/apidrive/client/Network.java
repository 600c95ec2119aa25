package apidrive.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import apidrive.placement.Placement;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.NodeId;

/** A network of servers as one of them tells of it. Never changed. */
final class Network {
    /** States of the list in which a server takes chunks, and in which it cannot be asked. */
    private static final Set<String> TAKING = Set.of("active", "suspect");
    private static final Set<String> GONE = Set.of("dead", "left");

    private final String name;
    private final int copies;
    private final Placement placement;
    private final Map<NodeId, ServerUrl> urls;

    private Network(String name, int copies, Placement placement, Map<NodeId, ServerUrl> urls) {
        this.name = name;
        this.copies = copies;
        this.placement = placement;
        this.urls = urls;
    }

    /** Reads what {@code /network} and {@code /servers} answered; empty where that makes no network of several servers. */
    static Optional<Network> of(Document facts, List<Document> servers) {
        Optional<String> name = facts.text("Network");
        OptionalLong bits = facts.number("PartitionBits");
        OptionalLong copies = facts.number("Copies");
        if (name.isEmpty() || bits.isEmpty() || bits.getAsLong() < 0 || bits.getAsLong() > Placement.MAX_BITS || copies.isEmpty()) {
            return Optional.empty();
        }
        Map<NodeId, ServerUrl> urls = new LinkedHashMap<>();
        Map<NodeId, Placement.Server> taking = new HashMap<>();
        for (Document server : servers) {
            Optional<NodeId> id = server.text("Id").flatMap(NodeId::parse);
            Optional<ServerUrl> url = server.text("Url").flatMap(ServerUrl::understood);
            String state = server.text("State").orElse("").toLowerCase(Locale.ROOT);
            if (id.isPresent() && url.isPresent() && !GONE.contains(state)) {
                urls.put(id.get(), url.get());
                if (TAKING.contains(state)) {
                    taking.put(id.get(), new Placement.Server(id.get(), server.text("Zone").orElse(""), weight(server)));
                }
            }
        }
        Placement placement = Placement.of((int) bits.getAsLong(), taking.values());
        return placement.size() < 2 ? Optional.empty()
                : Optional.of(new Network(name.get(), (int) copies.getAsLong(), placement, urls));
    }

    String name() {
        return name;
    }

    /** How many copies it makes of a chunk where a store says nothing else. */
    int copies() {
        return copies;
    }

    /** How many of its servers take chunks. */
    int size() {
        return placement.size();
    }

    /** Every server that can be asked, whether or not it takes chunks. */
    Collection<ServerUrl> servers() {
        return urls.values();
    }

    /** Those that are to keep the chunk, the first first, then those that stand in for them. */
    List<ServerUrl> ranking(ChunkId id) {
        return placement.ranking(placement.part(id)).stream().map(urls::get).filter(Objects::nonNull).toList();
    }

    boolean lists(ServerUrl server) {
        return urls.containsValue(server);
    }

    /** Whether both servers that told of it are in the same network: they know some server both. */
    boolean isSameAs(Network other) {
        return name.equals(other.name) && urls.keySet().stream().anyMatch(other.urls::containsKey);
    }

    private static double weight(Document server) {
        return server.get("Weight", Number.class).map(Number::doubleValue).orElse(1.0);
    }
}
