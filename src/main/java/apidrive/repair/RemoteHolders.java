package apidrive.repair;

import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.PEER_FAILED;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import apidrive.peer.PeerClient;
import apidrive.peer.PeerFailure;
import apidrive.wire.NodeId;

/** Another node's holders, over HTTP. */
final class RemoteHolders implements HolderShelf {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final PeerClient client;
    private final Network network;
    private final NodeId node;

    RemoteHolders(PeerClient client, Network network, NodeId node) {
        this.client = client;
        this.network = network;
        this.node = node;
    }

    @Override
    public void hold(List<Hold> holds) {
        call(HolderRoute.HOLD, new ShelfWriter().holds(holds));
    }

    @Override
    public void end(List<UUID> holders) {
        call(HolderRoute.END, new ShelfWriter().holders(holders));
    }

    @Override
    public List<Ending> ended(long number) {
        return new ShelfReader(call(HolderRoute.ENDED, new ShelfWriter().number(number))).endings(MOST);
    }

    private byte[] call(HolderRoute route, ShelfWriter body) {
        URI url = network.url(node).orElseThrow(() -> NOT_FOUND.because("server " + node + " is not on the list any more"));
        try {
            return client.call(url, route.path(), body.parts(), LIMIT, HolderRoute.MOST_BYTES);
        } catch (PeerFailure e) {
            throw PEER_FAILED.because(e.getMessage(), e);
        }
    }
}
