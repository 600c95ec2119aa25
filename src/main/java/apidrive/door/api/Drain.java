package apidrive.door.api;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;

/**
 * Reads what is left of a refused request's body, within a bound, so that its sender, who may still be sending, sees the
 * answer and keeps its connection. A sender that asked first (Expect: 100-continue) has not begun, and one that sends
 * more than the bound is cut off.
 */
public final class Drain implements ContainerResponseFilter {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final int MOST_BYTES = 1 << 20;

    @Context
    private HttpServletRequest received;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() >= 400) {
            drain(received);
        }
    }

    public static void drain(HttpServletRequest refused) {
        if (refused.getHeader("Expect") != null) {
            return;
        }
        try {
            refused.getInputStream().skip(MOST_BYTES);
        } catch (IOException e) {
            LOG.debug("a refused sender broke off", e);
        }
    }
}
