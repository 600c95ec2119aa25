package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_FOUND;

import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

import apidrive.access.Audit;
import apidrive.access.ClientAddresses;
import apidrive.access.ClientLimits;
import apidrive.access.Consumers;
import apidrive.access.StoreQuota;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;

/** Who stores how much, and what each may. */
@Path("/api/admin")
@Produces(Format.JSON_TYPE)
@Administration
public final class ClientResource {
    private static final int MOST_ROWS = 100;

    private final Database database;
    private final StoreQuota quota;
    private final ClientLimits limits;
    private final Consumers consumers;
    private final Audit audit;
    private final InstantSource clock;

    public ClientResource(Database database, StoreQuota quota, ClientLimits limits, Audit audit, InstantSource clock) {
        this.database = database;
        this.quota = quota;
        this.limits = limits;
        this.consumers = new Consumers(database);
        this.audit = audit;
        this.clock = clock;
    }

    /** The largest of the present period, and those with a limit of their own; a null limit is none. */
    @GET
    @Path("clients")
    public Document largest() {
        Instant period = quota.periodOf(clock.instant());
        return new Document().with("PeriodStart", period).with("PeriodSeconds", quota.period().toSeconds())
                .with("LimitForAll", value(limits.forAll()))
                .with("Clients", consumers.largest(period, MOST_ROWS).stream().map(consumer -> new Document()
                        .with("Client", consumer.client()).with("Chunks", consumer.chunks())
                        .with("HasOwnLimit", consumer.hasOwn())
                        .with("Limit", value(consumer.hasOwn() ? consumer.ownLimit() : limits.forAll()))).toList());
    }

    /** Lets {@code Client}, an address, store {@code Chunks} in a period: 0 nothing, null as much as it likes. */
    @PUT
    @Path("limits")
    @Consumes(Format.JSON_TYPE)
    public Document set(Document wanted, @Context HttpServletRequest request) {
        String client = client(wanted.text("Client").orElse(""));
        if (wanted.members().keySet().stream().noneMatch("Chunks"::equalsIgnoreCase)) {
            throw MALFORMED.because("Chunks is missing; null is for no limit");
        }
        OptionalLong chunks = wanted.number("Chunks");
        if (chunks.isEmpty() && wanted.get("Chunks").isPresent() || chunks.isPresent() && chunks.getAsLong() < 0) {
            throw MALFORMED.because("Chunks must be a whole number of at least 0, or null for no limit");
        }
        database.inTransaction(connection -> {
            limits.set(connection, client, chunks);
            audit.done(connection, Gate.actor(request), "set-limit", client + " to "
                    + (chunks.isPresent() ? chunks.getAsLong() + " chunks" : "no limit"));
            return null;
        });
        limits.refresh();
        return new Document().with("Client", client).with("Limit", value(chunks));
    }

    /** From now on what holds for all holds for {@code client}. */
    @DELETE
    @Path("limits")
    public void clear(@QueryParam("client") String address, @Context HttpServletRequest request) {
        String client = client(address == null ? "" : address);
        database.inTransaction(connection -> {
            if (!limits.clear(connection, client)) {
                throw NOT_FOUND.because(client + " has no limit of its own");
            }
            audit.done(connection, Gate.actor(request), "clear-limit", client);
            return null;
        });
        limits.refresh();
    }

    private static String client(String text) {
        return ClientAddresses.canonical(text)
                .orElseThrow(() -> MALFORMED.because("'" + text + "' is not an IPv4 or IPv6 address"));
    }

    private static Object value(OptionalLong number) {
        return number.isPresent() ? (Object) number.getAsLong() : null;
    }
}
