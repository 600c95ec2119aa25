package apidrive.name;

import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import apidrive.job.Job;
import apidrive.peer.PeerClient;
import apidrive.peer.PeerRoute;
import apidrive.repair.Network;
import apidrive.sql.Database;

/** What a node needs for names, put together: those of the network, and what peers may ask of its own. */
public final class NameDrive {
    private final LocalNames own;
    private final Names names;
    private final NameHandover handover;
    private final List<Job> jobs;

    /**
     * A name has as many holders as a chunk usually has copies, {@code copies}, and three at least. {@code executor} notes what could
     * not be told.
     */
    public NameDrive(Database database, Network network, PeerClient client, int copies, InstantSource clock, Executor executor) {
        NameTable table = new NameTable(database);
        Holders holders = new Holders(network, Math.max(Names.LEAST_COPIES, copies), clock);
        NameInventory inventory = new NameInventory(database);
        this.own = new LocalNames(table, inventory, network, clock);
        NamePeers peers = new NetworkNames(client, network, own, clock);
        this.names = new Names(network, holders, peers, clock, executor);
        this.handover = new NameHandover(network, holders, peers, table, inventory);
        this.jobs = List.of(new NameDelivery(network, peers, inventory),
                new NameSync(network, holders, peers, own, inventory, new Random()), handover, new NameCleaning(network, inventory));
    }

    public Names names() {
        return names;
    }

    /** The jobs that are to run while the node does. */
    public List<Job> jobs() {
        return jobs;
    }

    /** How far a draining node has come with its names. */
    public NameHandover.Drain drain() {
        return handover.drain();
    }

    /** What peers may ask. */
    public List<PeerRoute> routes() {
        return Stream.of(NameRoute.values()).map(route -> route.to(own)).toList();
    }
}
