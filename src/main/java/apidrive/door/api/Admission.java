package apidrive.door.api;

import java.util.Map;
import java.util.Optional;

import apidrive.access.Allowance;
import apidrive.access.ClientAddresses;
import apidrive.access.StoreQuota;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;

/**
 * Counts stores against their sender's quota, and says in every answer to one what is left: the RateLimit fields of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
public final class Admission implements ContainerResponseFilter {
    private static final String ALLOWANCE = "apidrive.allowance";

    @Context
    private HttpServletRequest received;

    private final ClientAddresses addresses;
    private final StoreQuota quota;

    public Admission(ClientAddresses addresses, StoreQuota quota) {
        this.addresses = addresses;
        this.quota = quota;
    }

    /** Lets the request's sender store a chunk, or throws RATE_LIMITED. */
    public void admit(HttpServletRequest request) {
        take(request, 1).ifPresent(Allowance::require);
    }

    /** Throws RATE_LIMITED where the request's sender could not store {@code chunks} as things are; counts none of them. */
    public void foresee(HttpServletRequest request, long chunks) {
        take(request, 0).filter(left -> left.remaining() < chunks).ifPresent(left ->
                new Allowance(false, left.limit(), left.remaining(), left.period(), left.reset()).require());
    }

    private Optional<Allowance> take(HttpServletRequest request, int chunks) {
        Optional<Allowance> allowance = quota.take(Senders.client(addresses, request), chunks);
        allowance.ifPresent(left -> request.setAttribute(ALLOWANCE, left));
        return allowance;
    }

    /** What the answer says of the quota; empty when the request had no part in it. */
    public static Map<String, String> fields(HttpServletRequest request) {
        if (!(request.getAttribute(ALLOWANCE) instanceof Allowance left)) {
            return Map.of();
        }
        return Map.of("RateLimit-Policy", "\"chunks\";q=" + left.limit() + ";w=" + Math.max(1, left.period().toSeconds()),
                "RateLimit", "\"chunks\";r=" + left.remaining() + ";t=" + left.resetSeconds());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        fields(received).forEach(response.getHeaders()::putSingle);
    }
}
