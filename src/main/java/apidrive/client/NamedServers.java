package apidrive.client;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import apidrive.client.Candidates.Candidate;
import apidrive.wire.ChunkId;

/** Servers that know nothing of each other: every copy is sent, each to another of them. */
final class NamedServers implements Destination {
    private final List<ServerUrl> servers;
    private final int copies;

    /** Each chunk goes to {@code copies} of the servers, at most to all. */
    NamedServers(List<ServerUrl> servers, int copies) {
        this.servers = servers;
        this.copies = Math.min(copies, servers.size());
    }

    @Override
    public List<ServerUrl> servers() {
        return servers;
    }

    @Override
    public int acknowledgements() {
        return copies;
    }

    @Override
    public Candidates candidates(ChunkId id, List<Server> states, BitSet having) {
        List<Candidate> all = new ArrayList<>();
        for (int server = having.nextClearBit(0); server < servers.size(); server = having.nextClearBit(server + 1)) {
            all.add(new Candidate(states.get(server), server, servers.get(server).store()));
        }
        return new Candidates(all, candidate -> candidate.server().chosen());
    }

    @Override
    public List<ServerUrl> keepers(ServerUrl server, List<ServerUrl> told) {
        return List.of(server);
    }

    @Override
    public boolean mayOvertake() {
        return false;
    }

    @Override
    public byte[] contract(int size) {
        return StoreContract.of(size, null, null);
    }
}
