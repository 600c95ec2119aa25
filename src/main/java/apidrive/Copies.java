package apidrive;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Inventory;
import apidrive.chunk.Lease;
import apidrive.chunk.PostgresChunkStore;
import apidrive.config.NodeConfig;
import apidrive.job.JobRunner;
import apidrive.peer.PeerClient;
import apidrive.peer.PeerRoute;
import apidrive.repair.CachedReplicas;
import apidrive.repair.CopyOrders;
import apidrive.repair.Fetching;
import apidrive.repair.Holding;
import apidrive.repair.KnownChunks;
import apidrive.repair.Later;
import apidrive.repair.LocalShelf;
import apidrive.repair.Network;
import apidrive.repair.NetworkChunks;
import apidrive.repair.OwnChunks;
import apidrive.repair.PostgresHealQueue;
import apidrive.repair.RemotePeers;
import apidrive.repair.Repair;
import apidrive.repair.ScrubPlace;
import apidrive.repair.ServiceChunks;
import apidrive.repair.ShelfRoute;
import apidrive.repair.Spreading;
import apidrive.repair.Survey;
import apidrive.repair.SurveyBook;
import apidrive.repair.Surveying;
import apidrive.repair.Surveyor;
import apidrive.repair.Whereabouts;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The part of a node that keeps the network's copies: stores that spread, reads that fetch, and what mends the rest. */
final class Copies implements AutoCloseable {
    private static final int CALLS = 256;  // to other nodes under way at once; each waits on a thread
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final double MEDIAN = 0.5;

    private final ExecutorService calls = threads();
    private final Later leisures = new Later(Spreading.LEISURE);
    private final Later hurries = new Later(Spreading.HURRY);
    private final Later hedges = new Later(Fetching.HEDGE);
    private final NetworkChunks chunks;
    private final Repair repair;
    private final Spreading spreading;
    private final CachedReplicas cached;
    private final LocalShelf shelf;
    private final Holding holding;
    private final Surveyor surveyor;
    private final Whereabouts whereabouts;
    private final CopyOrders orders;
    private final SurveyBook book;
    private final SurveyMetrics surveyed;

    Copies(NodeConfig config, Database database, PostgresChunkStore store, Inventory inventory, ChunkService service, Lease lease,
            InstantSource clock, Network network, PeerClient client, MeterRegistry metrics) {
        RemotePeers peers = new RemotePeers(client, network);
        OwnChunks own = new ServiceChunks(service, inventory);
        NodeConfig.Network settings = config.network();
        PostgresHealQueue queue = new PostgresHealQueue(database, network.self());
        this.cached = new CachedReplicas(database, clock, config.cachedSlots());
        this.spreading = new Spreading(network, own, peers, queue, lease, clock, Runnable::run, leisures, hurries);
        Fetching fetching = new Fetching(network, peers, settings.copies(), Runnable::run, hedges, new Random());
        this.chunks = new NetworkChunks(service, network, peers, spreading, fetching, cached, queue, clock,
                new Wish(settings.copies(), settings.ack()));
        this.repair = new Repair(network, peers, own, queue, lease, store::get, new ScrubPlace(database), settings.repairRate(),
                latency(metrics));
        this.shelf = new LocalShelf(own, network, queue, lease, clock);
        this.whereabouts = new Whereabouts(network, peers, shelf, calls);
        this.orders = new CopyOrders(network, queue, clock);
        this.holding = new Holding(database, network, peers, service::forget, lease, clock, calls);
        this.surveyor = new Surveyor(network, new KnownChunks(database), repair.sync(), settings.copies());
        this.book = new SurveyBook(database);
        this.surveyed = new SurveyMetrics(metrics, clock);
        measure(metrics, clock);
    }

    NetworkChunks chunks() {
        return chunks;
    }

    Repair repair() {
        return repair;
    }

    Surveyor surveyor() {
        return surveyor;
    }

    Whereabouts whereabouts() {
        return whereabouts;
    }

    CopyOrders orders() {
        return orders;
    }

    /** Keeps what is claimed, and lets go of it. */
    Holding holding() {
        return holding;
    }

    /** Runs what waits for other nodes. */
    Executor executor() {
        return calls;
    }

    /** What peers may ask of this node's chunks. */
    List<PeerRoute> routes() {
        return Stream.concat(Stream.of(ShelfRoute.values()).map(route -> route.to(shelf)), holding.routes().stream()).toList();
    }

    void start(JobRunner jobs) {
        jobs.start(spreading.receipts());
        jobs.start(cached);
        jobs.start(holding);
        repair.jobs().forEach(jobs::start);
        jobs.start(new Surveying(surveyor, this::tell));
    }

    @Override
    public void close() {
        leisures.close();
        hurries.close();
        hedges.close();
        calls.shutdownNow();
    }

    private void tell(Survey survey) {
        surveyed.show(survey);
        book.write(survey);
    }

    private void measure(MeterRegistry metrics, InstantSource clock) {
        Gauge.builder("apidrive.heal.copies", repair, all -> all.backlog(clock.instant()).needs())
                .description("Copies that are still to be made").register(metrics);
        Gauge.builder("apidrive.heal.chunks", repair, all -> all.backlog(clock.instant()).chunks())
                .description("Chunks that lack a copy").register(metrics);
        Gauge.builder("apidrive.repair.rate", repair, all -> all.budget().rate()).baseUnit("bytes")
                .description("What healing and scrub may move a second now").register(metrics);
        FunctionCounter.builder("apidrive.healed.copies", repair, all -> all.heal().healed())
                .description("Copies made by healing, here and elsewhere").register(metrics);
        FunctionCounter.builder("apidrive.healed", repair, all -> all.heal().healedBytes()).baseUnit("bytes")
                .description("Bytes of these").register(metrics);
        FunctionCounter.builder("apidrive.scrub.checked", repair, all -> all.scrub().checked())
                .description("Chunks that the scrub has read").register(metrics);
        FunctionCounter.builder("apidrive.scrub.damaged", repair, all -> all.scrub().damaged())
                .description("Chunks that the scrub found damaged").register(metrics);
        Gauge.builder("apidrive.spread.queue", spreading, Spreading::waiting)
                .description("Chunks that wait to be sent to other servers").register(metrics);
    }

    /** What users wait at present: half of the recent retrievals and stores take less. */
    private static DoubleSupplier latency(MeterRegistry metrics) {
        return () -> Stream.of("apidrive.store", "apidrive.retrieve").map(name -> metrics.find(name).timer())
                .mapToDouble(timer -> timer == null ? Double.NaN : median(timer)).filter(millis -> millis > 0).max().orElse(Double.NaN);
    }

    private static double median(Timer timer) {
        return Stream.of(timer.takeSnapshot().percentileValues()).filter(value -> value.percentile() == MEDIAN)
                .mapToDouble(value -> value.value(TimeUnit.MILLISECONDS)).findFirst().orElse(Double.NaN);
    }

    /** Threads come and go with the calls; when all are taken whoever wants to call does it on his own. */
    private static ExecutorService threads() {
        return new ThreadPoolExecutor(0, CALLS, IDLE.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "apidrive-peer-call");
            thread.setDaemon(true);
            return thread;
        }, new ThreadPoolExecutor.CallerRunsPolicy());
    }
}
