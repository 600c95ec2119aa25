package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_FOUND;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.access.AdminSessions;
import apidrive.access.AdminTokens;
import apidrive.access.Audit;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** Tokens for programs, and links that sign a browser in once. */
@Path("/api/admin")
@Produces(Format.JSON_TYPE)
@Administration
public final class TokenResource {
    private static final int LONGEST_NAME = 64;
    private static final String TOKEN = "token";
    private static final String LINK = "link";
    private static final String WRITER = "writer";

    private final Database database;
    private final AdminTokens tokens;
    private final AdminSessions sessions;
    private final Audit audit;
    private final URI url;
    private final InstantSource clock;

    /** {@code url} is how others reach this node. */
    public TokenResource(Database database, AdminTokens tokens, AdminSessions sessions, Audit audit, URI url,
            InstantSource clock) {
        this.database = database;
        this.tokens = tokens;
        this.sessions = sessions;
        this.audit = audit;
        this.url = url;
        this.clock = clock;
    }

    @GET
    @Path("tokens")
    public List<Document> list() {
        return tokens.list(clock.instant()).stream().map(TokenResource::described).toList();
    }

    /**
     * Makes a token with this {@code Name}, of an administrator or with {@code Kind} of a writer; the answer alone ever holds it. A
     * writer's may be the {@code Token} that another node made.
     */
    @POST
    @Path("tokens")
    @Consumes(Format.JSON_TYPE)
    public Document make(Document wanted, @Context HttpServletRequest request) {
        String name = name(wanted);
        boolean isWriter = wanted.text("Kind").filter(kind -> requireKind(kind).equals(WRITER)).isPresent();
        Optional<String> known = wanted.text("Token");
        if (known.isPresent() && !isWriter) {
            throw MALFORMED.because("a Token that another node made can be a writer's alone");
        }
        String text = database.inTransaction(connection -> {
            audit.done(connection, Gate.actor(request), isWriter ? "make-writer" : "make-token", name);
            if (known.isPresent()) {
                return adopted(connection, known.get(), name);
            }
            return isWriter ? tokens.makeForWriting(connection, name, clock.instant()) : tokens.make(connection, name, clock.instant());
        });
        return new Document().with("Name", name).with("Token", text);
    }

    /** Takes a token away and ends the sessions that were opened with it. */
    @DELETE
    @Path("tokens/{id}")
    public void revoke(@PathParam("id") String id, @Context HttpServletRequest request) {
        UUID token = uuid(id);
        database.inTransaction(connection -> {
            String name = tokens.revoke(connection, token)
                    .orElseThrow(() -> NOT_FOUND.because("there is no token " + id));
            sessions.closeAllOf(connection, token);
            audit.done(connection, Gate.actor(request), "revoke-token", name);
            return null;
        });
    }

    /** Makes a link with this {@code Name} that opens the admin page once, for somebody else. */
    @POST
    @Path("links")
    @Consumes(Format.JSON_TYPE)
    public Document link(Document wanted, @Context HttpServletRequest request) {
        String name = name(wanted);
        String text = database.inTransaction(connection -> {
            audit.done(connection, Gate.actor(request), "make-link", name);
            return tokens.makeLink(connection, name, clock.instant());
        });
        return new Document().with("Name", name).with("Url", AdminLink.of(url, text))
                .with("ExpiresAt", clock.instant().plus(AdminTokens.LINK_LIFETIME));
    }

    private static Document described(AdminTokens.Token token) {
        return new Document().with("Id", token.id().toString()).with("Name", token.name())
                .with("Kind", token.once() ? LINK : token.administers() ? TOKEN : WRITER).with("MadeAt", token.madeAt())
                .with("UsedAt", token.usedAt().orElse(null)).with("ExpiresAt", token.expiresAt().orElse(null));
    }

    private String adopted(Connection connection, String text, String name) throws SQLException {
        if (!tokens.adopt(connection, text, name, clock.instant())) {
            throw MALFORMED.because("this token is known here already");
        }
        return text;
    }

    private static String requireKind(String kind) {
        if (!kind.equals(TOKEN) && !kind.equals(WRITER)) {
            throw MALFORMED.because("Kind is " + TOKEN + " or " + WRITER);
        }
        return kind;
    }

    private static String name(Document wanted) {
        String name = wanted.text("Name").map(String::strip).orElse("");
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw MALFORMED.because("Name must have 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw NOT_FOUND.because("there is no token " + text);
        }
    }
}
