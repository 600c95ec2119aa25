package apidrive.door.api;

import static apidrive.problem.Problem.INTERNAL;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.METHOD_NOT_ALLOWED;
import static apidrive.problem.Problem.NOT_ACCEPTABLE;
import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.NOT_READY;
import static apidrive.problem.Problem.UNSUPPORTED_MEDIA_TYPE;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.sql.SqlFailure;
import apidrive.wire.Document;
import apidrive.wire.Format;
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

/**
 * Answers every failure with an RFC 9457 document in the caller's format. The texts for an unknown route, a wrong verb
 * and a wrong media type are the original's. What nobody foresaw is a 500 whose {@code instance} stands in the log.
 */
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String BSON = Format.BSON_TYPE + "; charset=utf-8";
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(5);

    @Context
    private HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof ProblemException failure) {
            Response answer = answer(failure.problem(), failure.detail(), failure.retryAfter());
            failure.headers().forEach(answer.getHeaders()::putSingle);
            return answer;
        }
        Optional<SqlFailure> outage = SqlFailure.within(thrown).filter(SqlFailure::isOutage);
        if (outage.isPresent()) {
            LOG.warn("database out of reach: {}", outage.get().getMessage());
            return answer(NOT_READY, "the database cannot be used now", Optional.of(OUTAGE_RETRY));
        }
        if (thrown instanceof ClientErrorException refusal) {
            return routing(refusal);
        }
        if (thrown instanceof IOException) {
            LOG.debug("exchange broke off", thrown);
            return answer(MALFORMED, "the exchange broke off", Optional.empty());
        }
        return unforeseen(thrown);
    }

    private Response routing(ClientErrorException refusal) {
        if (refusal instanceof NotFoundException) {
            return answer(NOT_FOUND, "No HTTP resource was found that matches the request URI '"
                    + request.getRequestURL() + "'.", Optional.empty());
        }
        if (refusal instanceof NotAllowedException) {
            Response answer = answer(METHOD_NOT_ALLOWED, "The requested resource does not support http method '"
                    + request.getMethod() + "'.", Optional.empty());
            answer.getHeaders().putSingle(HttpHeaders.ALLOW, allowed(refusal));
            return answer;
        }
        if (refusal instanceof NotSupportedException) {
            return answer(UNSUPPORTED_MEDIA_TYPE, unsupported(), Optional.empty());
        }
        if (refusal instanceof NotAcceptableException) {
            return answer(NOT_ACCEPTABLE, "the route has no representation of a type you accept", Optional.empty());
        }
        return answer(MALFORMED, "the request is malformed", Optional.empty());
    }

    private String unsupported() {
        String type = request.getContentType();
        return type == null
                ? "The request contains an entity body but no Content-Type header. The inferred media type "
                        + "'application/octet-stream' is not supported for this resource."
                : "The request entity's media type '" + type.split(";", 2)[0].strip()
                        + "' is not supported for this resource.";
    }

    /** The verbs of the route; OPTIONS, which every route has, is not among those the original names. */
    private static String allowed(ClientErrorException refusal) {
        String allow = refusal.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return Arrays.stream(allow == null ? new String[0] : allow.split(",")).map(String::strip)
                .filter(verb -> !verb.equals("OPTIONS")).sorted().collect(Collectors.joining(", "));
    }

    private Response unforeseen(Throwable thrown) {
        UUID instance = UUID.randomUUID();
        LOG.error("request failed instance={} method={} path={}", instance, request.getMethod(),
                request.getRequestURI(), thrown);
        return response(INTERNAL, Replies.problem(INTERNAL, "An error has occurred.")
                .with("instance", "urn:uuid:" + instance)).build();
    }

    private Response answer(Problem problem, String detail, Optional<Duration> retryAfter) {
        Response.ResponseBuilder response = response(problem, Replies.problem(problem, detail));
        retryAfter.ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, Math.max(1, wait.toSeconds())));
        return response.build();
    }

    private Response.ResponseBuilder response(Problem problem, Document document) {
        Format format = Negotiation.of(request);
        byte[] body = format.write(document);
        return Response.status(problem.status()).entity(body)
                .header(HttpHeaders.CONTENT_TYPE, format == Format.BSON ? BSON : PROBLEM_JSON)
                .header(HttpHeaders.CONTENT_LENGTH, body.length);
    }
}
