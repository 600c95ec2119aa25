package apidrive.repair;

import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.PEER_FAILED;

import java.net.URI;
import java.time.Duration;

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
        return new RemoteShelf((route, body, mostBytes) -> {
            URI url = network.url(node).orElseThrow(() -> NOT_FOUND.because("server " + node + " is not on the list any more"));
            try {
                return client.call(url, route.path(), body, LIMIT, mostBytes);
            } catch (PeerFailure e) {
                throw PEER_FAILED.because(e.getMessage(), e);
            }
        });
    }
}
