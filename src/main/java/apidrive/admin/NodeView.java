package apidrive.admin;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import apidrive.chunk.ChunkService;
import apidrive.chunk.Slots;
import apidrive.config.Setting;
import apidrive.config.Settings;
import apidrive.door.api.NodeResource;
import apidrive.peer.Membership;
import apidrive.peer.ServerState;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** What the node is: itself, its room and when that falls due, its settings and where each came from. */
@Path("/api/admin")
@Produces(Format.JSON_TYPE)
@Administration
public final class NodeView {
    private final NodeResource.Identity identity;
    private final Instant startedAt;
    private final Settings settings;
    private final ChunkService chunks;
    private final ChunkTable table;
    private final UsageTable usage;
    private final Membership membership;

    public NodeView(NodeResource.Identity identity, Instant startedAt, Settings settings, ChunkService chunks,
            ChunkTable table, UsageTable usage, Membership membership) {
        this.identity = identity;
        this.startedAt = startedAt;
        this.settings = settings;
        this.chunks = chunks;
        this.table = table;
        this.usage = usage;
        this.membership = membership;
    }

    @GET
    @Path("node")
    public Document node() {
        return new Document().with("Id", identity.id().toString()).with("Url", identity.url().toString())
                .with("Zone", identity.zone()).with("State", ServerState.of(membership.self().profile().declared()).text())
                .with("Version", identity.version())
                .with("StartedAt", startedAt)
                .with("Java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"))
                .with("System", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
    }

    /**
     * Room, what is counted of names and bytes, and the chunks and bytes by the day (UTC) on which their lease ends unless somebody
     * retrieves them.
     */
    @GET
    @Path("slots")
    public Document slots() {
        Slots slots = chunks.slots();
        UsageTable.Usage used = usage.usage();
        return new Document().with("Total", slots.total()).with("Used", slots.used()).with("Free", slots.free())
                .with("LifetimeSeconds", chunks.lifetime().toSeconds())
                .with("Usage", new Document().with("Names", used.names()).with("LogicalBytes", used.logicalBytes())
                        .with("ContentBytes", used.contentBytes()).with("SharedBytes", used.sharedBytes())
                        .with("PhysicalBytes", used.physicalBytes()))
                .with("Calendar", table.calendar().stream().map(day -> new Document().with("Day", day.day().toString())
                        .with("Chunks", day.chunks()).with("Bytes", day.bytes())).toList());
    }

    @GET
    @Path("settings")
    public List<Document> settings() {
        return Arrays.stream(Setting.values()).map(setting -> new Document().with("Key", setting.environmentKey())
                .with("Value", settings.text(setting)).with("Default", setting.defaultValue())
                .with("Origin", settings.value(setting).origin().name().toLowerCase(Locale.ROOT))
                .with("Meaning", setting.meaning())).toList();
    }
}
