package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_FOUND;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import apidrive.access.Audit;
import apidrive.peer.Declared;
import apidrive.peer.Membership;
import apidrive.peer.Observed;
import apidrive.peer.Refusal;
import apidrive.peer.ServerState;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** This node's place in the network. */
@Path("/api/admin/network")
@Produces(Format.JSON_TYPE)
@Administration
public final class NetworkResource {
    private static final int MOST_URLS = 16;  // each may take as long as an exchange does

    private final String name;
    private final boolean isClosed;
    private final Membership membership;
    private final Deeds deeds;

    /** {@code name} is the network's; {@code isClosed}: whether its nodes share a key. */
    public NetworkResource(String name, boolean isClosed, Membership membership, Audit audit) {
        this.name = name;
        this.isClosed = isClosed;
        this.membership = membership;
        this.deeds = new Deeds(audit);
    }

    /** What the node knows and refused since its start. */
    @GET
    public Document network() {
        Document members = new Document();
        for (Observed observed : List.of(Observed.ALIVE, Observed.SUSPECT, Observed.DEAD)) {
            members.with(camel(observed.name()), membership.table().count(observed));
        }
        Document refused = new Document();
        for (Refusal reason : Refusal.values()) {
            refused.with(camel(reason.name()), membership.refusals().of(reason));
        }
        return new Document().with("Name", name).with("Closed", isClosed).with("Id", membership.id().toString())
                .with("State", ServerState.of(membership.self().profile().declared()).text())
                .with("Sequence", membership.self().sequence()).with("Health", membership.localHealth())
                .with("Members", members).with("Refused", refused)
                .with("Misfit", membership.refusals().misfit().orElse(null));
    }

    /** Joins by {@code Urls}, 1 to 16, and tells of each who answered or why nobody did. */
    @POST
    @Path("join")
    @Consumes(Format.JSON_TYPE)
    public Document join(Document wanted, @Context HttpServletRequest request) {
        List<String> urls = urls(wanted);
        List<Membership.Joined> joined = deeds.audited(Gate.actor(request), "join-network", String.join(" ", urls),
                () -> membership.join(urls));
        return new Document().with("Servers", joined.stream().map(one -> new Document().with("Url", one.url().toString())
                .with("Id", one.id().map(NodeId::toString).orElse(null)).with("Failure", one.failure().orElse(null)))
                .toList());
    }

    /** Tells the network what this node is willing to do: {@code State} active, read-only, draining or left. */
    @PUT
    @Path("state")
    @Consumes(Format.JSON_TYPE)
    public Document declare(Document wanted, @Context HttpServletRequest request) {
        Declared declared = wanted.text("State").flatMap(ServerState::parse).flatMap(ServerState::declared).orElseThrow(
                () -> MALFORMED.because("State must be active, read-only, draining or left"));
        String state = ServerState.of(declared).text();
        deeds.audited(Gate.actor(request), "set-state", state, () -> {
            membership.declare(declared);
            return null;
        });
        return new Document().with("State", state);
    }

    /** Forgets a server that is dead or has left. It is listed again when it announces itself anew. */
    @DELETE
    @Path("servers/{id}")
    public void forget(@PathParam("id") String text, @Context HttpServletRequest request) {
        NodeId id = NodeId.parse(text).orElseThrow(() -> MALFORMED.because("'" + text + "' is not a server's id"));
        boolean isForgotten = deeds.audited(Gate.actor(request), "forget-server", id.toString(), () -> membership.forget(id));
        if (!isForgotten) {
            throw NOT_FOUND.because("there is no server " + id + " that is dead or has left");
        }
    }

    private static List<String> urls(Document wanted) {
        List<?> urls = wanted.get("Urls", List.class).orElseThrow(() -> MALFORMED.because("Urls is missing, a list of URLs"));
        if (urls.isEmpty() || urls.size() > MOST_URLS || !urls.stream().allMatch(String.class::isInstance)) {
            throw MALFORMED.because("Urls must be 1 to " + MOST_URLS + " strings");
        }
        return urls.stream().map(String.class::cast).toList();
    }

    /** WRONG_KEY as WrongKey. */
    private static String camel(String constant) {
        return Arrays.stream(constant.split("_")).map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .reduce("", String::concat);
    }
}
