package apidrive.name;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import apidrive.job.Job;
import apidrive.peer.PeerClient;
import apidrive.peer.PeerRoute;
import apidrive.repair.Hold;
import apidrive.repair.Network;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What a node needs for names, put together: those of the network, and what peers may ask of its own. */
public final class NameDrive implements AutoCloseable {
    private final LocalNames own;
    private final Names names;
    private final NameHandover handover;
    private final NameDelivery delivery;
    private final NameSync sync;
    private final NameCleaning cleaning;
    private final Network network;
    private final Holders holders;
    private final NameTable table;
    private final NamePages pages;

    /**
     * A name has as many holders as a chunk usually has copies, {@code copies}, and three at least. {@code executor} notes what could
     * not be told.
     */
    public NameDrive(Database database, Network network, PeerClient client, int copies, InstantSource clock, Executor executor) {
        this.network = network;
        this.table = new NameTable(database);
        this.pages = new NamePages(database);
        this.holders = new Holders(network, Math.max(Names.LEAST_COPIES, copies), clock);
        NameInventory inventory = new NameInventory(database);
        this.own = new LocalNames(table, pages, inventory, new NameSearch(database), new Claimants(database), network, clock);
        NamePeers peers = new NetworkNames(client, network, own, clock);
        this.names = new Names(network, holders, peers, clock, executor);
        this.handover = new NameHandover(network, holders, peers, table, inventory);
        this.delivery = new NameDelivery(network, peers, inventory);
        this.sync = new NameSync(network, holders, peers, own, inventory, new Random());
        this.cleaning = new NameCleaning(network, inventory);
    }

    public Names names() {
        return names;
    }

    /** At most {@code limit} records of this node behind {@code after}, of any version, that keep something for a holder, by mark. */
    public List<NameVersion> claiming(NameMark after, int limit) {
        return pages.claiming(after, limit);
    }

    /** The jobs that are to run while the node does. */
    public List<Job> jobs() {
        return List.of(delivery, sync, handover, cleaning);
    }

    /**
     * The job that keeps what has a name. {@code lifetime} is how long an object is kept that nobody asks for; {@code renewal} takes
     * objects to renew, and tells whether it has; {@code holding} is told for whom objects are kept, and how long;
     * {@code isGone} tells whether no server keeps an object any more.
     */
    public Job keeping(Wish wish, Duration lifetime, Predicate<ChunkId> renewal, Consumer<List<Hold>> holding,
            Predicate<ChunkId> isGone) {
        return new NameKeeping(network, holders, table, pages, names, wish, lifetime, renewal, holding, isGone);
    }

    /** The job that ends names whose chosen time is over; {@code ending} ends one, and what only it held. */
    public Job ending(Consumer<NameRecord> ending) {
        return new NameEnding(network, holders, pages, ending);
    }

    /** Shows how much there is, and what its jobs have done. */
    public void measure(MeterRegistry metrics) {
        Gauge.builder("apidrive.name.records", handover, NameHandover::records)
                .description("Versions of names that are kept here, as of the last look").register(metrics);
        FunctionCounter.builder("apidrive.name.told", delivery, NameDelivery::delivered)
                .description("Names that servers were owed and told").register(metrics);
        FunctionCounter.builder("apidrive.name.taken", sync, NameSync::taken)
                .description("Records of names taken from others since they were missing here").register(metrics);
        FunctionCounter.builder("apidrive.name.released", handover, NameHandover::released)
                .description("Records of names handed over and let go of").register(metrics);
    }

    /** How far a draining node has come with its names. */
    public NameHandover.Drain drain() {
        return handover.drain();
    }

    /** What peers may ask. */
    public List<PeerRoute> routes() {
        return Stream.of(NameRoute.values()).map(route -> route.to(own)).toList();
    }

    /** Puts the names that wait, and takes no more. */
    @Override
    public void close() {
        own.close();
    }
}
