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

/** The other nodes' shelves, over HTTP. */
public final class RemotePeers implements Peers {
    private static final Duration LIMIT = Duration.ofSeconds(30);  // 4 MiB and a commit on a busy node, with room

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

    private final class Calls implements RemoteShelf.Call {
        private final NodeId node;

        private Calls(NodeId node) {
            this.node = node;
        }

        @Override
        public byte[] post(ShelfRoute route, List<ByteBuffer> body, int mostBytes) {
            try {
                return client.call(url(), route.path(), body, LIMIT, mostBytes);
            } catch (PeerFailure e) {
                throw PEER_FAILED.because(e.getMessage(), e);
            }
        }

        @Override
        public CompletableFuture<byte[]> send(ShelfRoute route, List<ByteBuffer> body, int mostBytes) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            client.send(url(), route.path(), body, LIMIT, mostBytes).whenComplete((bytes, failure) -> {
                if (failure == null) {
                    answer.complete(bytes);
                } else {
                    answer.completeExceptionally(failure instanceof PeerFailure
                            ? PEER_FAILED.because(failure.getMessage(), failure) : failure);
                }
            });
            return answer;
        }

        private URI url() {
            return network.url(node).orElseThrow(() -> NOT_FOUND.because("server " + node + " is not on the list any more"));
        }
    }
}
