package apidrive.admin;

import static apidrive.problem.Problem.FORBIDDEN;
import static apidrive.problem.Problem.UNAUTHENTICATED;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

import apidrive.access.AdminSessions;
import apidrive.access.Audit;
import apidrive.access.Bearers;
import apidrive.access.ClientAddresses;
import apidrive.door.api.Senders;
import apidrive.problem.ProblemException;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Lets in a request that brings a token ({@code Authorization: Bearer}, RFC 6750 §2.1), or the cookie of a session and,
 * where it changes something, that session's {@code X-CSRF-Token}.
 */
@Administration
@Priority(Priorities.AUTHENTICATION)
public final class Gate implements ContainerRequestFilter {
    static final String COOKIE = "apidrive_admin";
    static final String CSRF = "X-CSRF-Token";
    private static final String ACTOR = "apidrive.admin.actor";
    private static final String SESSION = "apidrive.admin.session";
    private static final String BEARER = "Bearer ";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    @Context
    private HttpServletRequest received;

    private final Bearers bearers;
    private final AdminSessions sessions;
    private final ClientAddresses addresses;
    private final InstantSource clock;

    public Gate(Bearers bearers, AdminSessions sessions, ClientAddresses addresses, InstantSource clock) {
        this.bearers = bearers;
        this.sessions = sessions;
        this.addresses = addresses;
        this.clock = clock;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        String actor = authorization != null ? actorOfToken(authorization) : actorOfSession(request);
        received.setAttribute(ACTOR, new Audit.Actor(actor, Senders.client(addresses, received)));
    }

    /** Who sent a request that was let in. */
    static Audit.Actor actor(HttpServletRequest request) {
        return (Audit.Actor) request.getAttribute(ACTOR);
    }

    /** The session that a request came by; empty where it brought a token. */
    static Optional<AdminSessions.Session> session(HttpServletRequest request) {
        return Optional.ofNullable((AdminSessions.Session) request.getAttribute(SESSION));
    }

    private String actorOfToken(String authorization) {
        String text = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()).strip() : "";
        return bearers.administrator(text, Senders.client(addresses, received))
                .orElseThrow(() -> unauthenticated("the token is not valid")).name();
    }

    private String actorOfSession(ContainerRequestContext request) {
        Cookie cookie = request.getCookies().get(COOKIE);
        AdminSessions.Session session = Optional.ofNullable(cookie)
                .flatMap(sent -> sessions.use(sent.getValue(), clock.instant()))
                .orElseThrow(() -> unauthenticated("sign in, or send Authorization: Bearer with an admin token"));
        if (!SAFE.contains(request.getMethod()) && !session.isCsrf(request.getHeaderString(CSRF))) {
            throw FORBIDDEN.because("the header " + CSRF + " does not belong to this session");
        }
        received.setAttribute(SESSION, session);
        return session.tokenName();
    }

    /** A refusal that says how to prove oneself (RFC 9110 §15.5.2). */
    static ProblemException unauthenticated(String why) {
        return UNAUTHENTICATED.because(why).with(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"apidrive\"");
    }
}
