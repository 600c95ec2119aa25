package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.chunk.ChunkService;
import apidrive.peer.Member;
import apidrive.peer.MemberTable;
import apidrive.peer.Membership;
import apidrive.peer.Neighbourhood;
import apidrive.peer.ServerState;
import apidrive.peer.Vitals;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;

/** The servers of the network as this node knows them. */
@Path("/api/drive/servers")
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class ServersResource {
    private static final int MOST_ROWS = 10_000;
    private static final int MOST_LOOKED_AT = 200_000;  // for one page: a filter that few pass is no reason to work for seconds
    private static final int MOST_NEAR = 100;
    private static final int MOST_LINKS = 20;
    private static final int MOST_ZONES_KEPT = 100;
    private static final Duration NEAR_KEPT = Duration.ofSeconds(30);

    private final Membership membership;
    private final ChunkService chunks;
    private final NodeLoad load;
    private final InstantSource clock;
    private final String salt = UUID.randomUUID().toString();  // revisions begin anew with each process
    private final Cache<String, List<NodeId>> near = Caffeine.newBuilder().maximumSize(MOST_ZONES_KEPT)
            .expireAfterWrite(NEAR_KEPT).executor(Runnable::run).build();

    public ServersResource(Membership membership, ChunkService chunks, NodeLoad load, InstantSource clock) {
        this.membership = membership;
        this.chunks = chunks;
        this.load = load;
        this.clock = clock;
    }

    /**
     * At most {@code limit} servers, 1 to 10,000, ascending by id, those with an id above {@code after}; a Link to the
     * next page while there may be more. With {@code near}, a zone, empty for this node's: some of that zone and some
     * links outside it, on one page, others every day. The tag changes with the list, not with how its servers fare.
     */
    @GET
    public Response servers(@QueryParam("zone") String zone, @QueryParam("state") String state,
            @QueryParam("near") String nearTo, @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("limit") @DefaultValue("1000") String limit, @Context Request request) {
        Predicate<Member> filter = filter(zone, state);
        NodeId first = after.isEmpty() ? NodeId.LOWEST
                : NodeId.parse(after).orElseThrow(() -> MALFORMED.because("after is not a server's id"));
        int most = limit(limit);
        EntityTag tag = new EntityTag(salt + "-" + membership.table().revision() + (nearTo == null ? "" : "-" + today()), true);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        if (unchanged != null) {
            return unchanged.build();
        }
        if (nearTo != null) {
            return Response.ok(near(nearTo.isEmpty() ? membership.self().profile().zone() : nearTo).stream()
                    .flatMap(id -> membership.table().find(id).stream()).filter(filter).map(this::described).toList())
                    .tag(tag).build();
        }
        return page(first, most, filter, (zone == null ? "" : "&zone=" + escaped(zone)) + (state == null ? "" : "&state="
                + escaped(state))).tag(tag).build();
    }

    private Response.ResponseBuilder page(NodeId first, int most, Predicate<Member> filter, String filters) {
        List<Document> found = new ArrayList<>();
        NodeId after = first;
        int lookedAt = 0;
        while (true) {
            List<Member> page = membership.table().page(after, Math.min(MemberTable.MAX_PAGE, most));
            for (Member member : page) {
                if (filter.test(member)) {
                    found.add(described(member));
                }
                after = member.id();
                if (found.size() == most) {
                    break;
                }
            }
            lookedAt += page.size();
            boolean isLast = membership.table().page(after, 1).isEmpty();
            if (isLast || found.size() == most || lookedAt >= MOST_LOOKED_AT) {
                Response.ResponseBuilder answer = Response.ok(found);
                return isLast ? answer
                        : answer.header("Link", "<?after=" + after + "&limit=" + most + filters + ">; rel=\"next\"");
            }
        }
    }

    /** Goes through the whole list, one caller at a time, and keeps what it chose for a while. */
    private List<NodeId> near(String zone) {
        List<NodeId> kept = near.getIfPresent(zone);
        return kept != null ? kept : chosen(zone);
    }

    private synchronized List<NodeId> chosen(String zone) {
        return near.get(zone, name -> {
            long seed = today() * 31 + name.hashCode() * 0x9E3779B97F4A7C15L + membership.id().low();
            Neighbourhood neighbourhood = new Neighbourhood(name, seed, MOST_NEAR, MOST_LINKS);
            NodeId after = NodeId.LOWEST;
            while (true) {
                List<Member> page = membership.table().page(after, MemberTable.MAX_PAGE);
                page.stream().filter(Member::reachable)
                        .forEach(member -> neighbourhood.offer(member.id(), member.profile().zone()));
                if (page.size() < MemberTable.MAX_PAGE) {
                    return neighbourhood.chosen();
                }
                after = page.get(page.size() - 1).id();
            }
        });
    }

    private long today() {
        return clock.instant().atZone(ZoneOffset.UTC).toLocalDate().toEpochDay();
    }

    private Document described(Member member) {
        boolean isSelf = member.id().equals(membership.id());
        Optional<Vitals> vitals = isSelf ? Optional.of(new Vitals(chunks.slots().used(), (float) load.score()))
                : member.vitals();
        long total = member.profile().slots();
        Long used = vitals.map(Vitals::slotsUsed).orElse(null);
        Long heard = isSelf ? Long.valueOf(0) : member.heard().map(Duration::toSeconds).orElse(null);
        return new Document().with("Id", member.id().toString()).with("Url", member.profile().url().toString())
                .with("Zone", member.profile().zone()).with("Group", member.profile().group())
                .with("State", ServerState.of(member).text())
                .with("Slots", new Document().with("Total", total).with("Used", used)
                        .with("Free", used == null ? null : Math.max(0, total - used)))
                .with("Load", vitals.map(now -> Math.round(now.load() * 1_000) / 1_000.0).orElse(null))
                .with("Version", member.profile().version()).with("LastHeard", heard)
                .with("Preferred", member.profile().preferred()).with("Weight", member.profile().weight());
    }

    private static Predicate<Member> filter(String zone, String state) {
        Predicate<Member> inZone = member -> zone == null || member.profile().zone().equals(zone);
        if (state == null) {
            return inZone;
        }
        ServerState wanted = ServerState.parse(state).orElseThrow(() -> MALFORMED.because(
                "state is none of active, read-only, draining, suspect, dead, left"));
        return inZone.and(member -> ServerState.of(member) == wanted);
    }

    private static int limit(String text) {
        try {
            return (int) Math.max(1, Math.min(MOST_ROWS, Long.parseLong(text)));
        } catch (NumberFormatException e) {
            throw MALFORMED.because("limit is not a whole number", e);
        }
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
