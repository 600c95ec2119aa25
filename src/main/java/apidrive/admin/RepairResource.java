package apidrive.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

import apidrive.access.Audit;
import apidrive.chunk.Inventory;
import apidrive.chunk.Summary;
import apidrive.job.JobRunner;
import apidrive.name.NameHandover;
import apidrive.placement.Placement;
import apidrive.repair.Handover;
import apidrive.repair.HealQueue;
import apidrive.repair.Network;
import apidrive.repair.Repair;
import apidrive.repair.WholeCopies;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** The network's copies as this node knows them: what is missing, how fast it is mended, which parts are whole. */
@Path("/api/admin/network")
@Produces(Format.JSON_TYPE)
@Administration
public final class RepairResource {
    private static final int MOST_BITS = 10;  // of the rows that tell of parts

    private final Network network;
    private final Repair repair;
    private final Supplier<NameHandover.Drain> names;
    private final Inventory inventory;
    private final JobRunner jobs;
    private final Audit audit;
    private final InstantSource clock;
    private final int copies;

    /** {@code names} tells how far a drain has come with names. Of a chunk there are usually to be {@code copies}. */
    public RepairResource(Network network, Repair repair, Supplier<NameHandover.Drain> names, Inventory inventory, JobRunner jobs, Audit audit,
            InstantSource clock, int copies) {
        this.network = network;
        this.repair = repair;
        this.names = names;
        this.inventory = inventory;
        this.jobs = jobs;
        this.audit = audit;
        this.clock = clock;
        this.copies = copies;
    }

    /** Healing, drain, scrub, and how the comparison with each server went. */
    @GET
    @Path("repair")
    public Document repair() {
        Instant now = clock.instant();
        HealQueue.Backlog backlog = repair.backlog(now);
        double pace = repair.heal().pace(now);
        boolean isDraining = network.isDraining();
        Handover.Drain drain = repair.handover().drain();  // of the last look, which may have been before the state changed
        NameHandover.Drain named = names.get();
        return new Document()
                .with("Heal", new Document().with("Chunks", backlog.chunks()).with("Copies", backlog.needs())
                        .with("Failing", backlog.failing()).with("OldestSeconds", backlog.oldest().toSeconds())
                        .with("CopiesPerSecond", pace)
                        .with("SecondsLeft", backlog.needs() == 0 || pace < 0.01 ? null : Math.round(backlog.needs() / pace))
                        .with("Healed", repair.heal().healed()).with("HealedBytes", repair.heal().healedBytes())
                        .with("BytesPerSecond", Math.round(repair.budget().rate())))
                .with("Drain", new Document().with("Draining", isDraining).with("Left", drain.left() + named.left())
                        .with("Done", isDraining && drain.isDone() && named.isDone()))
                .with("Scrub", new Document().with("Checked", repair.scrub().checked()).with("Damaged", repair.scrub().damaged()))
                .with("Sync", repair.sync().comparisons().entrySet().stream().map(entry -> new Document()
                        .with("Id", entry.getKey().toString()).with("At", entry.getValue().at())
                        .with("Different", entry.getValue().different().size())
                        .with("Error", entry.getValue().error().orElse(null))).toList());
    }

    /**
     * The parts of the placement in at most 1,024 rows, each of {@code Each} parts: the servers that are to keep them, as places
     * in {@code Servers}, the chunks of them here, and how many copies are known to be whole of the part that has fewest: this
     * node's, and those of servers that had the same when last compared. Of parts that are not this node's nothing is known:
     * {@code Whole} is null. There are servers for {@code Possible} of {@code Copies} copies.
     */
    @GET
    @Path("partitions")
    public Document partitions() {
        Instant now = clock.instant();
        Placement placement = network.placement();
        Map<IdPrefix, Long> here = new HashMap<>();
        for (Summary summary : inventory.summaries(List.of(IdPrefix.ALL), placement.bits(), now, now)) {
            here.merge(summary.prefix(), summary.count(), Long::sum);
        }
        WholeCopies known = new WholeCopies(network, repair.sync().comparisons(), copies);
        Map<NodeId, Integer> places = new LinkedHashMap<>();
        int bits = Math.min(placement.bits(), MOST_BITS);
        int each = 1 << placement.bits() - bits;
        List<Document> rows = new ArrayList<>();
        for (int row = 0; row < 1 << bits; row++) {
            Set<NodeId> holders = new LinkedHashSet<>();
            long chunks = 0;
            Integer whole = null;
            for (int value = row * each; value < (row + 1) * each; value++) {
                IdPrefix part = new IdPrefix(placement.bits(), value);
                holders.addAll(known.holders(part));
                chunks += here.getOrDefault(part, 0L);
                OptionalInt copiesOfPart = known.of(part);
                if (copiesOfPart.isPresent()) {
                    whole = Math.min(whole == null ? Integer.MAX_VALUE : whole, copiesOfPart.getAsInt());
                }
            }
            rows.add(new Document().with("Holders", holders.stream().map(id -> place(id, places)).toList())
                    .with("Chunks", chunks).with("Whole", whole));
        }
        return new Document().with("Copies", copies).with("Possible", Math.min(copies, placement.size())).with("Each", each)
                .with("Servers", places.keySet().stream().map(NodeId::toString).toList()).with("Partitions", rows);
    }

    /** Compares with every server now. */
    @POST
    @Path("sync")
    public void sync(@Context HttpServletRequest request) {
        repair.sync().ask();
        jobs.runNow(repair.sync().name());
        audit.add(Gate.actor(request), "sync-now", "network", Audit.DONE);
    }

    /** Reads every chunk again, from the first. */
    @POST
    @Path("scrub")
    public void scrub(@Context HttpServletRequest request) {
        repair.scrub().ask();
        jobs.runNow(repair.scrub().name());
        audit.add(Gate.actor(request), "scrub-now", "network", Audit.DONE);
    }

    private static int place(NodeId id, Map<NodeId, Integer> places) {
        Integer next = places.size();
        Integer known = places.putIfAbsent(id, next);
        return known == null ? next : known;
    }
}
