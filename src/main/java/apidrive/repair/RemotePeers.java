package apidrive.repair;

import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.PEER_FAILED;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import apidrive.peer.PeerClient;
import apidrive.peer.PeerFailure;
import apidrive.wire.NodeId;

/** The other nodes' shelves and holders, over HTTP. */
public final class RemotePeers implements Peers {
    private static final Duration LIMIT = Duration.ofSeconds(30);  // 4 MiB and a commit on a busy node, with room
    private static final Duration SHORT_LIMIT = Duration.ofSeconds(10);

    private final PeerClient client;
    private final Network network;

    public RemotePeers(PeerClient client, Network network) {
        this.client = client;
        this.network = network;
    }

    @Override
    public Shelf shelf(NodeId node) {
        return new RemoteShelf(new Calls(node));
    }

    /** The holders of that node; whether it can be reached shows when they are asked. */
    HolderShelf holders(NodeId node) {
        return new RemoteHolders((route, body) -> post(node, route.path(), body, SHORT_LIMIT, HolderRoute.MOST_BYTES));
    }

    private byte[] post(NodeId node, String path, List<ByteBuffer> body, Duration limit, int mostBytes) {
        try {
            return client.call(url(node), path, body, limit, mostBytes);
        } catch (PeerFailure e) {
            throw PEER_FAILED.because(e.getMessage(), e);
        }
    }

    private URI url(NodeId node) {
        return network.url(node).orElseThrow(() -> NOT_FOUND.because("server " + node + " is not on the list any more"));
    }

    private final class Calls implements RemoteShelf.Call {
        private final NodeId node;

        private Calls(NodeId node) {
            this.node = node;
        }

        @Override
        public byte[] post(ShelfRoute route, List<ByteBuffer> body, int mostBytes) {
            return RemotePeers.this.post(node, route.path(), body, LIMIT, mostBytes);
        }

        @Override
        public CompletableFuture<byte[]> send(ShelfRoute route, List<ByteBuffer> body, int mostBytes) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            client.send(url(node), route.path(), body, LIMIT, mostBytes).whenComplete((bytes, failure) -> {
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
}
