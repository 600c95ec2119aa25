package apidrive.door.object;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.sql.SqlFailure;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Cuts the connection off under an answer that ends short of its length. Jetty does so by itself; Tomcat leaves the connection open
 * unless a filter fails, so that a client waits in vain, and takes the next answer for the rest of this one. A resource that failed
 * instead would have its problem written into the answer.
 */
public final class CutOff extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(CutOff.class);
    private static final String SHORT = CutOff.class.getName();

    /** What writes an answer. */
    public interface Writing {
        void run() throws IOException;
    }

    /**
     * Writes the body of an answer whose status has been sent. What fails is logged, and the answer to this request ends short:
     * thrown on, a problem would be answered in the middle of it. {@code what} is told in the log.
     */
    public static void guard(HttpServletRequest request, String what, Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            LOG.debug("a reader broke off", e);
        } catch (ProblemException | SqlFailure e) {
            LOG.warn("answer broken off {}: {}", what, e.getMessage());
            request.setAttribute(SHORT, Boolean.TRUE);
        } catch (RuntimeException e) {
            LOG.error("answer broken off {}", what, e);
            request.setAttribute(SHORT, Boolean.TRUE);
        }
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
