package apidrive.door.api;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Has whatever may change something pass the {@link WriteGate}: every route that is not known here for one that reads, or that asks
 * who one is itself. So a route that comes to be is not forgotten.
 */
public final class WriteFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> READING = Set.of("/api/drive/retrieve", "/api/drive/batch/retrieve", "/api/drive/batch/renew");
    private static final Set<String> GUARDED = Set.of("/api/admin/", "/api/peer/");

    private final transient WriteGate gate;
    private final transient Traffic traffic;

    public WriteFilter(WriteGate gate, Traffic traffic) {
        this.gate = gate;
        this.traffic = traffic;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (gate.isFor(request) && !isFree(request)) {
            try {
                gate.require(request);
            } catch (RuntimeException e) {
                refuse(e, request, response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** Only where the path is written as it is meant: who decodes and shortens another differs from who else does. */
    private static boolean isFree(HttpServletRequest request) {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        boolean isPlain = request.getRequestURI().equals(request.getContextPath() + path);
        String lower = path.toLowerCase(Locale.ROOT);
        return isPlain && (READING.contains(lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower)
                || GUARDED.stream().anyMatch(path::startsWith));
    }

    private void refuse(RuntimeException why, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Traffic.Exchange exchange = traffic.begin(request.getMethod());
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            Negotiation.settle(request);
            Answer answer = ProblemAnswers.of(why, request);
            status = answer.status();
            Drain.drain(request);
            answer.write(response);
        } finally {
            exchange.end(status);
        }
    }
}
