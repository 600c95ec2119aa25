package apidrive.door.object;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Cuts the connection off under an answer that ends short of its length. Jetty does so by itself; Tomcat leaves the connection open
 * unless a filter fails, so that a client waits in vain, and takes the next answer for the rest of this one. A resource that failed
 * instead would have its problem written into the object.
 */
public final class CutOff extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String SHORT = CutOff.class.getName();

    /** The answer to this request ends short. */
    static void mark(HttpServletRequest request) {
        request.setAttribute(SHORT, Boolean.TRUE);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (request.getAttribute(SHORT) != null) {
            throw new IOException("an answer ended short of its length");
        }
    }
}
