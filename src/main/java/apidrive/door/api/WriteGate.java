package apidrive.door.api;

import static apidrive.problem.Problem.FORBIDDEN;
import static apidrive.problem.Problem.UNAUTHENTICATED;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

import apidrive.access.Bearers;
import apidrive.access.ClientAddresses;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Who may write: everybody, or, where the settings demand it, who brings a token that an administrator made. It comes as RFC 6750 §2.1
 * says, or as the password of Basic (RFC 7617) beside any name, for clients and browsers that know nothing else. Threads share it.
 */
public final class WriteGate {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final String CHALLENGE = "Basic realm=\"apidrive\", charset=\"UTF-8\", Bearer realm=\"apidrive\"";

    private final boolean isShut;
    private final Bearers bearers;
    private final ClientAddresses addresses;

    /** {@code isShut}: whether a token is asked for. */
    public WriteGate(boolean isShut, Bearers bearers, ClientAddresses addresses) {
        this.isShut = isShut;
        this.bearers = bearers;
        this.addresses = addresses;
    }

    /** Whether the request is to be let through by {@link #require}: where a token is asked for, whatever its verb may change. */
    public boolean isFor(HttpServletRequest request) {
        return isShut && !READING.contains(request.getMethod());
    }

    /** Throws UNAUTHENTICATED with words for a client that has brought no token, FORBIDDEN, LOCKED_OUT. */
    public void require(HttpServletRequest request) {
        String authorization = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        boolean isBasic = startsWith(authorization, BASIC);
        if (isBasic && isOfAnotherPage(request)) {
            throw FORBIDDEN.because("a browser sends along what it was told once, but not for a page of another site");
        }
        String token = isBasic ? password(authorization.substring(BASIC.length()).strip())
                : startsWith(authorization, BEARER) ? authorization.substring(BEARER.length()).strip() : "";
        if (token.isEmpty() || bearers.writer(token, Senders.client(addresses, request)).isEmpty()) {
            throw UNAUTHENTICATED.because("whoever writes here brings a token, as Authorization: Bearer or as the password of Basic"
                    + (token.isEmpty() ? "" : "; this one is not valid")).with("WWW-Authenticate", CHALLENGE);
        }
    }

    /** The names of authentication schemes are compared without regard to case (RFC 9110 §11.1). */
    private static boolean startsWith(String authorization, String scheme) {
        return authorization.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** Browsers tell of every request that writes which page makes it. */
    private static boolean isOfAnotherPage(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        try {
            return origin != null && !String.valueOf(URI.create(origin).getRawAuthority()).equalsIgnoreCase(request.getHeader("Host"));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Empty for what is none. */
    private static String password(String credentials) {
        try {
            String nameAndPassword = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            return nameAndPassword.substring(nameAndPassword.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
