package apidrive.door.api;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** A route that most requests of a busy node take, served without JAX-RS and otherwise as every other. */
public abstract class ApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Traffic traffic;
    private final transient Admission admission;

    protected ApiServlet(Traffic traffic, Admission admission) {
        this.traffic = traffic;
        this.admission = admission;
    }

    /** The paths that are served, below the context, without a trailing slash. */
    public abstract Set<String> paths();

    /** Whether what lies below the paths is served too. */
    public abstract boolean servesBelow();

    /** The verbs understood at {@code path} with {@code rest} below it, null for none; empty where there is nothing. */
    protected abstract Set<String> verbs(String path, String rest);

    /** Does what is asked, by one of the verbs. What it throws is answered as its problem. */
    protected abstract Answer answer(HttpServletRequest request) throws IOException;

    /** Lets the sender store a chunk, or throws RATE_LIMITED. */
    final void admit(HttpServletRequest sender) {
        admission.admit(sender);
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Traffic.Exchange exchange = traffic.begin(request.getMethod());
        int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
        try {
            Answer answer = answered(request);
            status = answer.status();
            answer.write(response);
        } finally {
            exchange.end(status);
        }
    }

    private Answer answered(HttpServletRequest request) {
        Answer answer;
        try {
            Negotiation.settle(request);
            Set<String> verbs = verbs(request.getServletPath(), request.getPathInfo());
            if (verbs.isEmpty()) {
                throw ProblemAnswers.noRoute(request);
            }
            if (verbs.contains(request.getMethod())) {
                answer = answer(request);
            } else if (request.getMethod().equals("OPTIONS")) {
                answer = Answer.of(HttpServletResponse.SC_NO_CONTENT).with("Allow", list(verbs) + ", OPTIONS");
            } else {
                throw ProblemAnswers.wrongVerb(request, list(verbs));
            }
        } catch (Exception | Error e) {
            Drain.drain(request);
            answer = ProblemAnswers.of(e, request);
        }
        Admission.fields(request).forEach(answer::with);
        return answer;
    }

    private static String list(Set<String> verbs) {
        return String.join(", ", new TreeSet<>(verbs));
    }
}
