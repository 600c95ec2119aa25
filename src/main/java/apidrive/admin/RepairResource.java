package apidrive.admin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.access.Audit;
import apidrive.chunk.Inventory;
import apidrive.chunk.Summary;
import apidrive.job.JobRunner;
import apidrive.placement.Placement;
import apidrive.repair.HealQueue;
import apidrive.repair.Network;
import apidrive.repair.Repair;
import apidrive.repair.Sync;
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
    private final Network network;
    private final Repair repair;
    private final Inventory inventory;
    private final JobRunner jobs;
    private final Audit audit;
    private final InstantSource clock;
    private final int copies;

    /** Of a chunk there are usually to be {@code copies}. */
    public RepairResource(Network network, Repair repair, Inventory inventory, JobRunner jobs, Audit audit,
            InstantSource clock, int copies) {
        this.network = network;
        this.repair = repair;
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
        HealQueue.Backlog backlog = repair.queue().backlog(now);
        double pace = repair.heal().pace(now);
        return new Document()
                .with("Heal", new Document().with("Chunks", backlog.chunks()).with("Copies", backlog.needs())
                        .with("Failing", backlog.failing()).with("OldestSeconds", backlog.oldest().toSeconds())
                        .with("CopiesPerSecond", pace)
                        .with("SecondsLeft", backlog.needs() == 0 || pace < 0.01 ? null : Math.round(backlog.needs() / pace))
                        .with("Healed", repair.heal().healed()).with("HealedBytes", repair.heal().healedBytes())
                        .with("BytesPerSecond", Math.round(repair.budget().rate())))
                .with("Drain", new Document().with("Draining", network.isDraining()).with("Left", repair.handover().drain().left())
                        .with("Done", repair.handover().drain().isDone()))
                .with("Scrub", new Document().with("Checked", repair.scrub().checked()).with("Damaged", repair.scrub().damaged()))
                .with("Sync", repair.sync().comparisons().entrySet().stream().map(entry -> new Document()
                        .with("Id", entry.getKey().toString()).with("At", entry.getValue().at())
                        .with("Different", entry.getValue().different().size())
                        .with("Error", entry.getValue().error().orElse(null))).toList());
    }

    /**
     * Every part of the placement: the servers that are to keep it, as places in {@code Servers}, the chunks of it here, and how
     * many of its copies are known to be whole: this node's, and those of servers that had the same when last compared. Of parts
     * that are not this node's nothing is known: {@code Whole} is null.
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
        Map<NodeId, Sync.Compared> comparisons = repair.sync().comparisons();
        Map<NodeId, Integer> numbers = new HashMap<>();
        List<Object> servers = new ArrayList<>();
        List<Object> parts = new ArrayList<>();
        for (int value = 0; value < 1 << placement.bits(); value++) {
            IdPrefix part = new IdPrefix(placement.bits(), value);
            List<NodeId> ranking = placement.ranking(part);
            List<NodeId> holders = ranking.subList(0, Math.min(copies, ranking.size()));
            List<Object> places = new ArrayList<>();
            for (NodeId holder : holders) {
                places.add(numbers.computeIfAbsent(holder, id -> {
                    servers.add(id.toString());
                    return servers.size() - 1;
                }));
            }
            parts.add(new Document().with("Holders", places).with("Chunks", here.getOrDefault(part, 0L))
                    .with("Whole", whole(part, holders, comparisons).orElse(null)));
        }
        return new Document().with("Copies", copies).with("Servers", servers).with("Partitions", parts);
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

    private Optional<Integer> whole(IdPrefix part, List<NodeId> holders, Map<NodeId, Sync.Compared> comparisons) {
        if (!holders.contains(network.self())) {
            return Optional.empty();
        }
        int whole = 1;
        for (NodeId holder : holders) {
            Sync.Compared compared = comparisons.get(holder);
            whole += compared != null && compared.error().isEmpty() && network.isReachable(holder)
                    && !compared.different().contains(part) ? 1 : 0;
        }
        return Optional.of(whole);
    }
}
