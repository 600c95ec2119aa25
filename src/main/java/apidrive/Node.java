package apidrive;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.access.ClientAddresses;
import apidrive.access.ClientLimits;
import apidrive.access.StoreQuota;
import apidrive.chunk.ChunkService;
import apidrive.chunk.EpochJob;
import apidrive.chunk.Lease;
import apidrive.chunk.LeftoverJob;
import apidrive.chunk.Leftovers;
import apidrive.chunk.PostgresChunkStore;
import apidrive.chunk.PostgresInventory;
import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.api.ApiServlet;
import apidrive.door.api.BatchResource;
import apidrive.door.api.ContractServlet;
import apidrive.door.api.DocumentWriter;
import apidrive.door.api.Drain;
import apidrive.door.api.HealthResource;
import apidrive.door.api.Negotiation;
import apidrive.door.api.NetworkFacts;
import apidrive.door.api.NodeLoad;
import apidrive.door.api.NodeResource;
import apidrive.door.api.ProblemMapper;
import apidrive.door.api.RawServlet;
import apidrive.door.api.ServersResource;
import apidrive.door.api.Traffic;
import apidrive.door.api.WriteFilter;
import apidrive.door.api.WriteGate;
import apidrive.door.route.Door;
import apidrive.door.route.DoorFilter;
import apidrive.door.web.PageFilter;
import apidrive.job.Job;
import apidrive.job.JobRunner;
import apidrive.name.NameDrive;
import apidrive.object.OwnObjects;
import apidrive.peer.PeerRoute;
import apidrive.peer.Vitals;
import apidrive.repair.MembersNetwork;
import apidrive.sql.Database;
import apidrive.sql.DatabaseClock;
import apidrive.sql.Schema;
import apidrive.sql.SqlFailure;
import apidrive.wire.Digest;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** A running node: everything made, in order, and stopped in the reverse order. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String BUILD = "/apidrive/build.properties";
    private static final String NODE_ID = "SELECT id FROM apidrive.node";
    private static final Duration CLOCK_INTERVAL = Duration.ofSeconds(30);

    private final NodeDatabase nodeDatabase;
    private final JobRunner jobs;
    private final ChunkService chunks;
    private final Copies copies;
    private final NameDrive names;
    private final Objects objects;
    private final Dtfc dtfc;
    private final StoreQuota quota;
    private final InstantSource clock;
    private final Network network;
    private final Administration administration;
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final List<ApiServlet> servlets;
    private final DoorFilter otherDoors;
    private final WriteFilter writes;
    private final Set<Object> doors = new LinkedHashSet<>();
    private final Thread atExit = new Thread(this::stop, "apidrive-exit");
    private boolean stopped;

    /**
     * Starts a node; when this returns it serves. Throws {@link IllegalStateException} with words for the operator when
     * the database does not answer, is newer than this build, or cannot be migrated.
     */
    public static Node start(NodeConfig config) {
        NodeDatabase database = NodeDatabase.open(config);
        try {
            Schema.migrate(database.owner(), database.runner());
            database.closeOwner();
            return new Node(config, database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private Node(NodeConfig config, NodeDatabase nodeDatabase) {
        this.nodeDatabase = nodeDatabase;
        Database database = new Database(nodeDatabase.runner());
        DatabaseClock databaseClock = new DatabaseClock(database);
        this.clock = databaseClock;
        Lease lease = new Lease(config.lifetime());
        PostgresChunkStore store = new PostgresChunkStore(database, config.slots(), lease);
        store.openAhead(clock.instant());
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PostgresInventory inventory = new PostgresInventory(database);
        this.chunks = new ChunkService(store, inventory, clock, lease,
                new ChunkService.Bounds(config.store().writers(), config.store().queue(), config.store().patience(),
                config.read().readers(), config.pool() - config.store().writers() - config.read().readers(), config.read().queue(),
                config.cacheBytes()), metrics);
        ClientLimits limits = new ClientLimits(database, config.rateChunks());
        this.quota = new StoreQuota(database, clock, limits, config.ratePeriod());
        this.jobs = new JobRunner(clock);
        jobs.start(new EpochJob(store, lease));
        jobs.start(new LeftoverJob(new Leftovers(database)));
        jobs.start(chunks.renewals());
        jobs.start(quota);
        jobs.start(clockJob(databaseClock));

        ClientAddresses addresses = new ClientAddresses(config.trustedProxies());
        Admission admission = new Admission(addresses, quota);
        Traffic traffic = new Traffic(metrics);
        String version = version();
        NodeLoad load = new NodeLoad(chunks, traffic);
        this.network = new Network(config, database, version,
                () -> new Vitals(chunks.slots().used(), (float) load.score()), metrics);
        jobs.start(network.membership().keeping());
        NodeResource.Identity identity =
                new NodeResource.Identity(network.membership().id(), config.url(), config.zone(), version);
        this.administration = new Administration(config, identity, database, clock, metrics);
        WriteGate gate = new WriteGate(config.writeTokens(), administration.bearers(), addresses);
        this.writes = new WriteFilter(gate, traffic);
        Map<String, BooleanSupplier> checks = new LinkedHashMap<>();
        checks.put("Database", () -> nodeId(database) != null);
        checks.put("Partitions", () -> store.isReady(lease.from(clock.instant())));
        doors.add(new Negotiation());
        doors.add(new ProblemMapper());
        doors.add(new DocumentWriter());
        doors.add(new Drain());
        doors.add(admission);
        doors.add(traffic);
        MembersNetwork seen = new MembersNetwork(network.membership().id(), network.membership().table(),
                config.network().partitionBits(), network.isClosed(),
                () -> network.membership().self().profile().declared());
        this.copies = new Copies(config, database, store, inventory, chunks, lease, clock, seen,
                network.client(), metrics);
        this.names = new NameDrive(database, seen, network.client(), config.network().copies(), clock, copies.executor());
        List<PeerRoute> routes = new ArrayList<>(copies.routes());
        routes.addAll(names.routes());
        this.servlets = List.of(new ContractServlet(copies.chunks(), traffic, admission),
                new RawServlet(copies.chunks(), traffic, admission), network.door(routes, traffic, admission));
        doors.add(new BatchResource(copies.chunks(), admission));
        doors.add(new NodeResource(chunks, load, traffic, metrics));
        doors.add(new ServersResource(network.membership(), chunks, load, clock));
        doors.add(new NetworkFacts(config.network().name(), config.network().partitionBits(), config.network().copies(),
                config.network().ack(), network.isClosed()));
        HealthResource health = new HealthResource(checks, metrics);
        doors.add(health);
        doors.addAll(administration.doors(chunks, copies.chunks(), quota, limits, addresses, jobs, network));
        doors.addAll(administration.repair(seen, copies, names, inventory, jobs));
        this.objects = new Objects(config, database, copies.chunks(), copies.holding(), names, network.isClosed(), lease, clock, admission,
                addresses, metrics);
        doors.addAll(objects.doors());
        doors.add(administration.objects(objects, names.names(), copies));
        doors.add(administration.fsck(objects, names, copies));
        this.dtfc = new Dtfc(config, database, objects, copies.chunks(), names.names(), new OwnObjects(objects.reader(chunks::retrieve),
                inventory, clock), clock, network.addresses(), admission, addresses, health::isReady);
        doors.addAll(administration.dtfc(dtfc, copies.chunks().wish(null, null)));
        doors.add(administration.sos(objects.blobs()));
        List<Door> others = new ArrayList<>(objects.otherDoors());
        others.add(dtfc.door());
        this.otherDoors = new DoorFilter(others, config.doors(), PageFilter::isOurs, gate, traffic);
        copies.start(jobs);
        names.jobs().forEach(jobs::start);
        names.measure(metrics);
        objects.start(jobs);
        administration.start(jobs);
        measure(metrics);
        network.membership().start();
        Thread warmUp = new Thread(Digest::warmUp, "apidrive-warm-up");
        warmUp.setDaemon(true);
        warmUp.start();
        Runtime.getRuntime().addShutdownHook(atExit);
        LOG.info("node started version={} url={} slots={} lifetime={}", version, config.url(), config.slots(),
                config.lifetime());
    }

    /** The servlets of the routes that are not JAX-RS resources. */
    List<ApiServlet> servlets() {
        return servlets;
    }

    /** The way to the doors of other systems, before all that is ours. */
    DoorFilter otherDoors() {
        return otherDoors;
    }

    /** What all that is ours and may change something passes. */
    WriteFilter writes() {
        return writes;
    }

    /** The resources and providers through which clients come in. */
    Set<Object> doors() {
        return doors;
    }

    /** Stores what waits, ends the jobs and lets go of the database; does nothing the second time. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending; its hook stops the node as well");
        }
        stop();
    }

    private synchronized void stop() {
        if (!stopped) {
            stopped = true;
            administration.close();
            network.close();
            jobs.close();
            dtfc.close();
            objects.close();
            names.close();
            copies.close();
            try {
                chunks.close();
                quota.step(clock.instant());
            } catch (SqlFailure failure) {
                LOG.warn("renewed leases and counts that waited are lost, the database does not take them: {}",
                        failure.getMessage());
            } finally {
                gcMetrics.close();
                nodeDatabase.close();
                LOG.info("node stopped");
            }
        }
    }

    private static Job clockJob(DatabaseClock clock) {
        return new Job() {
            @Override
            public String name() {
                return "clock";
            }

            @Override
            public String duty() {
                return "Compares this host's clock with the database's";
            }

            @Override
            public Duration step(Instant now) {
                Duration drift = clock.measure();
                if (drift.abs().compareTo(Duration.ofSeconds(1)) > 0) {
                    LOG.warn("the database's clock moved against this host's by={}", drift.negated());
                }
                return CLOCK_INTERVAL;
            }
        };
    }

    private void measure(PrometheusMeterRegistry metrics) {
        new JvmMemoryMetrics().bindTo(metrics);
        gcMetrics.bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        Gauge.builder("apidrive.slots.offered", chunks, kept -> kept.slots().total())
                .description("Chunks this node has room for").register(metrics);
        Gauge.builder("apidrive.slots.used", chunks, kept -> kept.slots().used())
                .description("Chunks it keeps").register(metrics);
        for (JobRunner.Status job : jobs.statuses()) {
            FunctionCounter.builder("apidrive.job.steps", jobs, all -> status(all, job.name()).steps())
                    .tag("job", job.name()).description("Steps that ended well").register(metrics);
            FunctionCounter.builder("apidrive.job.failures", jobs, all -> status(all, job.name()).failures())
                    .tag("job", job.name()).description("Steps that failed").register(metrics);
        }
    }

    private static JobRunner.Status status(JobRunner jobs, String name) {
        return jobs.statuses().stream().filter(job -> job.name().equals(name)).findFirst().orElseThrow();
    }

    private static UUID nodeId(Database database) {
        return database.autocommit(connection -> {
            try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(NODE_ID)) {
                row.next();
                return row.getObject(1, UUID.class);
            }
        });
    }

    private static String version() {
        Properties build = new Properties();
        try (InputStream file = Node.class.getResourceAsStream(BUILD)) {
            build.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
