package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_ACCEPTABLE;

import java.util.Arrays;
import java.util.stream.Collectors;

import apidrive.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Answers what JAX-RS resources throw, and what JAX-RS itself refuses, as {@link ProblemAnswers} says. */
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    @Context
    private HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        Answer answer = ProblemAnswers.of(thrown instanceof ClientErrorException refusal ? routing(refusal) : thrown,
                request);
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    private ProblemException routing(ClientErrorException refusal) {
        if (refusal instanceof NotFoundException) {
            return ProblemAnswers.noRoute(request);
        }
        if (refusal instanceof NotAllowedException) {
            return ProblemAnswers.wrongVerb(request, allowed(refusal));
        }
        if (refusal instanceof NotSupportedException) {
            return ProblemAnswers.wrongType(request);
        }
        if (refusal instanceof NotAcceptableException) {
            return NOT_ACCEPTABLE.because("the route has no representation of a type you accept");
        }
        return MALFORMED.because("the request is malformed");
    }

    /** The verbs of the route; OPTIONS, which every route has, is not among those the original names. */
    private static String allowed(ClientErrorException refusal) {
        String allow = refusal.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return Arrays.stream(allow == null ? new String[0] : allow.split(",")).map(String::strip)
                .filter(verb -> !verb.equals("OPTIONS")).sorted().collect(Collectors.joining(", "));
    }
}
