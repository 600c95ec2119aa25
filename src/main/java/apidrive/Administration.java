package apidrive;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.access.AdminSessions;
import apidrive.access.AdminTokens;
import apidrive.access.Audit;
import apidrive.access.Bearers;
import apidrive.access.ClientAddresses;
import apidrive.access.ClientLimits;
import apidrive.access.SignInLock;
import apidrive.access.StoreQuota;
import apidrive.admin.AdminLink;
import apidrive.admin.AuditResource;
import apidrive.admin.ChunkAdminResource;
import apidrive.admin.ChunkTable;
import apidrive.admin.Cleaning;
import apidrive.admin.ClientResource;
import apidrive.admin.DatabaseResource;
import apidrive.admin.DocumentReader;
import apidrive.admin.DtfcPurgeResource;
import apidrive.admin.DtfcResource;
import apidrive.admin.FsckResource;
import apidrive.admin.Gate;
import apidrive.admin.HealResource;
import apidrive.admin.HealTable;
import apidrive.admin.History;
import apidrive.admin.HistoryResource;
import apidrive.admin.JobResource;
import apidrive.admin.NetworkResource;
import apidrive.admin.NodeView;
import apidrive.admin.ObjectAdminResource;
import apidrive.admin.Privacy;
import apidrive.admin.RepairResource;
import apidrive.admin.SessionResource;
import apidrive.admin.SosResource;
import apidrive.admin.TokenResource;
import apidrive.admin.UsageTable;
import apidrive.chunk.Check;
import apidrive.chunk.ChunkService;
import apidrive.chunk.ClaimCheck;
import apidrive.chunk.HolderClaims;
import apidrive.chunk.Inventory;
import apidrive.chunk.LeaseCheck;
import apidrive.chunk.PostgresClaims;
import apidrive.chunk.SlotCheck;
import apidrive.config.NodeConfig;
import apidrive.door.api.NodeResource;
import apidrive.door.dtfc.Purge;
import apidrive.door.sos.Blobs;
import apidrive.job.JobRunner;
import apidrive.name.NameDrive;
import apidrive.name.Names;
import apidrive.name.UsageCheck;
import apidrive.object.HolderCheck;
import apidrive.object.TreeCheck;
import apidrive.object.TreeDoubts;
import apidrive.repair.MembersNetwork;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import io.micrometer.core.instrument.MeterRegistry;

/** The part of a node that serves administrators: its doors, its jobs, and the link of a first start. */
final class Administration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

    private final NodeConfig config;
    private final NodeResource.Identity identity;
    private final Database database;
    private final InstantSource clock;
    private final Instant startedAt;
    private final AdminTokens tokens;
    private final AdminSessions sessions;
    private final SignInLock lock;
    private final Bearers bearers;
    private final Audit audit;
    private final History history;

    Administration(NodeConfig config, NodeResource.Identity identity, Database database, InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.identity = identity;
        this.database = database;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.tokens = new AdminTokens(database);
        this.sessions = new AdminSessions(database);
        this.lock = new SignInLock(database);
        this.bearers = new Bearers(tokens, lock, clock);
        this.audit = new Audit(database);
        this.history = new History(metrics);
    }

    /** By which whoever brings a token is let in. */
    Bearers bearers() {
        return bearers;
    }

    /** The resources and providers of {@code /api/admin}. */
    List<Object> doors(ChunkService chunks, NetworkChunks everywhere, StoreQuota quota, ClientLimits limits, ClientAddresses addresses,
            JobRunner jobs, Network network) {
        ChunkTable table = new ChunkTable(database);
        return List.of(new Gate(bearers, sessions, addresses, clock), new Privacy(), new DocumentReader(),
                new SessionResource(database, tokens, sessions, lock, audit, addresses, clock),
                new TokenResource(database, tokens, sessions, audit, config.url(), clock),
                new NodeView(identity, startedAt, config.settings(), chunks, table,
                        new UsageTable(database), network.membership()), new HistoryResource(history),
                new JobResource(jobs, audit), new ClientResource(database, quota, limits, audit, clock),
                new ChunkAdminResource(table, everywhere, audit), new DatabaseResource(database), new AuditResource(audit),
                new NetworkResource(config.network().name(), network.isClosed(), network.membership(), audit));
    }

    /** The resources of the network's copies. */
    List<Object> repair(MembersNetwork network, Copies copies, NameDrive names, Inventory inventory, JobRunner jobs) {
        return List.of(new RepairResource(network, copies.repair(), names::drain, inventory, jobs, audit, clock, config.network().copies()),
                new HealResource(new HealTable(database), copies.surveyor(), clock));
    }

    /** The resources of what may be done at the dtfc door. */
    List<Object> dtfc(Dtfc dtfc, Wish wish) {
        return List.of(new DtfcResource(database, dtfc.switches(), dtfc.contents(), wish, audit),
                new DtfcPurgeResource(new Purge(dtfc.contents(), clock, wish), audit));
    }

    /** The resource of what was stored by the SOS doors. */
    Object sos(Blobs blobs) {
        return new SosResource(blobs, audit);
    }

    /** The resource of objects of the whole network. */
    Object objects(Objects objects, Names names, Copies copies) {
        return new ObjectAdminResource(names, objects.lookup(), objects.reader(), objects.removal(), copies.whereabouts(),
                copies.chunks().wish(null, null), audit);
    }

    /** The resource that compares what is known with what is kept. */
    Object fsck(Objects objects, NameDrive names, Copies copies) {
        TreeDoubts doubts = new TreeDoubts(copies.chunks(), copies.orders(), new PostgresClaims(database));
        Check holders = new HolderCheck(new HolderClaims(database), names.names(), copies.holding()::end, config.lifetime(), clock);
        return new FsckResource(Map.of("names", new TreeCheck(names, objects.reader(copies.chunks()::look), copies.whereabouts(), doubts,
                clock), "chunks", new ClaimCheck(database, clock), "leases", new LeaseCheck(database), "holders", holders, "slots",
                new SlotCheck(database), "usage", new UsageCheck(database)), audit);
    }

    /** Begins its jobs, and at the first start on a database tells the way in. */
    void start(JobRunner jobs) {
        jobs.start(new Cleaning(tokens, sessions, lock));
        jobs.start(history);
        if (audit.isEmpty()) {
            LOG.info("the admin page opens once, within {} hours, at {} ; 'apidrive admin-link' makes another link",
                    AdminTokens.LINK_LIFETIME.toHours(), AdminLink.make(database, config.url(), "first start", clock));
        }
    }

    /** Ends the streams that browsers watch. */
    @Override
    public void close() {
        history.close();
    }
}
