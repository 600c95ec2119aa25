package apidrive.name;

import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.PEER_FAILED;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import apidrive.peer.PeerClient;
import apidrive.peer.PeerFailure;
import apidrive.repair.Network;
import apidrive.wire.NodeId;

/** The names of all nodes: this one's own, and those of the others over HTTP. */
final class NetworkNames implements NamePeers {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PeerClient client;
    private final Network network;
    private final NameShelf own;
    private final InstantSource clock;

    NetworkNames(PeerClient client, Network network, NameShelf own, InstantSource clock) {
        this.client = client;
        this.network = network;
        this.own = own;
        this.clock = clock;
    }

    @Override
    public NameShelf shelf(NodeId node) {
        return node.equals(network.self()) ? own
                : new RemoteNames((route, body, mostBytes) -> post(node, route, body, mostBytes), clock);
    }

    private CompletableFuture<byte[]> post(NodeId node, NameRoute route, byte[] body, int mostBytes) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        URI url = network.url(node).orElse(null);
        if (url == null) {
            return CompletableFuture.failedFuture(NOT_FOUND.because("server " + node + " is not on the list any more"));
        }
        client.send(url, route.path(), List.of(ByteBuffer.wrap(body)), LIMIT, mostBytes).whenComplete((bytes, failure) -> {
            if (failure == null) {
                answer.complete(bytes);
            } else {
                answer.completeExceptionally(failure instanceof PeerFailure
                        ? PEER_FAILED.because(failure.getMessage(), failure) : failure);
            }
        });
        return answer;
    }
}
