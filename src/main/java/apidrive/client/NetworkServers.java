package apidrive.client;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import apidrive.client.Candidates.Candidate;
import apidrive.wire.ChunkId;

/**
 * The servers of a network: a chunk is sent once, to the first of those that are to keep it, and that one sees to the other
 * copies. Where it does not answer the next one gets it, at last the servers that the user named.
 */
final class NetworkServers implements Destination {
    private final Network network;
    private final Integer copies;
    private final Integer ack;
    private final List<ServerUrl> servers;
    private final Map<ServerUrl, Integer> numbers = new HashMap<>();
    private final int listed;

    /** What a store wishes for is null where the network's own rule is to hold. */
    NetworkServers(Network network, List<ServerUrl> named, Integer copies, Integer ack) {
        this.network = network;
        this.copies = copies;
        this.ack = ack;
        Set<ServerUrl> all = new LinkedHashSet<>(network.servers());
        this.listed = all.size();
        all.addAll(named);  // one that is listed under another address is reached by this one at any rate
        this.servers = List.copyOf(all);
        servers.forEach(server -> numbers.put(server, numbers.size()));
    }

    @Override
    public List<ServerUrl> servers() {
        return servers;
    }

    @Override
    public int acknowledgements() {
        return 1;
    }

    @Override
    public Candidates candidates(ChunkId id, List<Server> states, BitSet having) {
        List<Candidate> all = new ArrayList<>();
        network.ranking(id).forEach(server -> add(all, numbers.get(server), states, having));
        for (int server = listed; server < servers.size(); server++) {
            add(all, server, states, having);
        }
        return new Candidates(all, all::indexOf);
    }

    /** What an address that is not listed keeps cannot be known; but by it the user reached the network. */
    @Override
    public List<ServerUrl> keepers(ServerUrl server, List<ServerUrl> told) {
        Set<ServerUrl> keepers = new LinkedHashSet<>(told);
        if (told.isEmpty() || numbers.getOrDefault(server, listed) >= listed) {
            keepers.add(server);
        }
        return List.copyOf(keepers);
    }

    @Override
    public boolean mayOvertake() {
        return true;
    }

    @Override
    public byte[] contract(int size) {
        return StoreContract.of(size, copies, ack);
    }

    private void add(List<Candidate> all, int server, List<Server> states, BitSet having) {
        if (!having.get(server)) {
            all.add(new Candidate(states.get(server), server, servers.get(server).store()));
        }
    }
}
