package apidrive.admin;

import java.time.Instant;
import java.time.InstantSource;

import apidrive.access.AdminSessions;
import apidrive.access.AdminTokens;
import apidrive.access.Audit;
import apidrive.access.ClientAddresses;
import apidrive.access.SignInLock;
import apidrive.door.api.Senders;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

/** Signs a browser in by a token or a link, tells who it is, and signs it out. */
@Path("/api/admin/session")
@Produces(Format.JSON_TYPE)
public final class SessionResource {
    private static final String SIGN_IN = "sign-in";
    private static final String STRANGER = "unknown";

    private final Database database;
    private final AdminTokens tokens;
    private final AdminSessions sessions;
    private final SignInLock lock;
    private final Audit audit;
    private final ClientAddresses addresses;
    private final InstantSource clock;

    public SessionResource(Database database, AdminTokens tokens, AdminSessions sessions, SignInLock lock, Audit audit,
            ClientAddresses addresses, InstantSource clock) {
        this.database = database;
        this.tokens = tokens;
        this.sessions = sessions;
        this.lock = lock;
        this.audit = audit;
        this.addresses = addresses;
        this.clock = clock;
    }

    /** {@code Token}: a token, or what stands behind the # of a link, which is used up. */
    @POST
    @Consumes(Format.JSON_TYPE)
    public Response open(Document credentials, @Context HttpServletRequest request) {
        String client = Senders.client(addresses, request);
        Instant now = clock.instant();
        lock.attempt(client, now);
        AdminTokens.Token token = tokens.accept(credentials.text("Token").orElse("").strip(), now).orElse(null);
        if (token == null) {
            audit.add(new Audit.Actor(STRANGER, client), SIGN_IN, client, "refused");
            throw Gate.unauthenticated("the token is not valid: a link works once, within "
                    + AdminTokens.LINK_LIFETIME.toHours() + " hours. 'apidrive admin-link' makes another");
        }
        lock.succeeded(client);
        AdminSessions.Session session = database.inTransaction(connection -> {
            audit.done(connection, new Audit.Actor(token.name(), client), SIGN_IN, token.once() ? "by link" : "by token");
            return sessions.open(connection, token, client, now);
        });
        return Response.ok(described(session)).cookie(cookie(request, session.cookie(),
                (int) AdminSessions.LONGEST.toSeconds())).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    @GET
    @Administration
    public Document get(@Context HttpServletRequest request) {
        return Gate.session(request).map(SessionResource::described)
                .orElseGet(() -> new Document().with("Name", Gate.actor(request).name()));
    }

    @DELETE
    @Administration
    public Response close(@Context HttpServletRequest request) {
        Gate.session(request).ifPresent(session -> database.inTransaction(connection -> {
            sessions.close(connection, session.cookie());
            audit.done(connection, Gate.actor(request), "sign-out", session.tokenName());
            return null;
        }));
        return Response.noContent().cookie(cookie(request, "", 0)).build();
    }

    private static Document described(AdminSessions.Session session) {
        return new Document().with("Name", session.tokenName()).with("ExpiresAt", session.expiresAt())
                .with("Csrf", session.csrf());
    }

    private NewCookie cookie(HttpServletRequest request, String value, int seconds) {
        return new NewCookie.Builder(Gate.COOKIE).value(value).path(request.getContextPath() + "/").maxAge(seconds)
                .httpOnly(true).sameSite(NewCookie.SameSite.STRICT).secure(Senders.isSecure(addresses, request)).build();
    }
}
