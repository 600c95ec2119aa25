package apidrive.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** Stores single chunks on as many servers as wanted, chosen at random among those that take them. */
final class ChunkPutter {
    private final Network network;
    private final List<Server> servers;
    private final int copies;
    private final Duration patience;

    /** The chunk's id, the same on each of its {@code holders}. */
    record Stored(ChunkId id, List<Server> holders) {
    }

    /** {@code copies} are at most as many as there are servers. */
    ChunkPutter(Network network, List<Server> servers, int copies, Duration patience) {
        this.network = network;
        this.servers = servers;
        this.copies = copies;
        this.patience = patience;
    }

    /** Returns when the chunk is stored on every copy's server; {@link Failure} when that cannot be, or not in time. */
    Stored put(Chunk chunk, List<Server> alreadyOn) throws InterruptedException {
        Patience left = new Patience(patience);
        Map<Server, ChunkId> acknowledged = new LinkedHashMap<>();
        alreadyOn.forEach(server -> acknowledged.put(server, chunk.id()));
        Set<Server> hopeless = new HashSet<>();
        while (acknowledged.size() < copies) {
            List<Server> possible = servers.stream()
                    .filter(server -> !acknowledged.containsKey(server) && !hopeless.contains(server) && !server.isFull())
                    .toList();
            int missing = copies - acknowledged.size();
            if (possible.size() < missing) {
                throw Failure.incomplete("only " + (acknowledged.size() + possible.size()) + " of " + copies
                        + " servers take chunk " + chunk.id() + ": " + left.reason(), null);
            }
            List<Server> ready = new ArrayList<>(possible.stream().filter(server -> server.restNanos() <= 0).toList());
            if (ready.isEmpty()) {
                left.await(possible, "storing a chunk");
                continue;
            }
            Collections.shuffle(ready);
            store(chunk, ready.subList(0, Math.min(missing, ready.size())), acknowledged, hopeless, left);
        }
        return new Stored(acknowledged.values().iterator().next(), List.copyOf(acknowledged.keySet()));
    }

    /** A server that gives another id than the first did cannot stand in the same entry: its copy is not counted. */
    private void store(Chunk chunk, List<Server> on, Map<Server, ChunkId> acknowledged, Set<Server> hopeless,
            Patience left) {
        Map<Server, CompletableFuture<ChunkId>> underWay = new LinkedHashMap<>();
        on.forEach(server -> underWay.put(server, network.store(server, chunk)));
        underWay.forEach((server, result) -> {
            try {
                ChunkId id = result.join();
                if (acknowledged.isEmpty() || acknowledged.containsValue(id)) {
                    acknowledged.put(server, id);
                } else {
                    hopeless.add(server);
                    left.noteFailure(new Network.BadAnswer(server + " gave the chunk another id than the others did"));
                }
            } catch (CompletionException e) {
                left.noteFailure(e.getCause());
                if (!(e.getCause() instanceof Network.BadAnswer bad)) {
                    server.failed();
                } else if (bad.isFinal() && !server.isFull()) {
                    hopeless.add(server);
                }
            }
        });
    }
}
