package apidrive.door.api;

import static apidrive.problem.Problem.INTERNAL;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.METHOD_NOT_ALLOWED;
import static apidrive.problem.Problem.NOT_FOUND;
import static apidrive.problem.Problem.NOT_READY;
import static apidrive.problem.Problem.UNSUPPORTED_MEDIA_TYPE;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.sql.SqlFailure;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Answers every failure with an RFC 9457 document in the caller's format. The texts for an unknown route, a wrong verb
 * and a wrong media type are the original's. What nobody foresaw is a 500 whose {@code instance} stands in the log.
 */
public final class ProblemAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(5);

    private ProblemAnswers() {
    }

    public static Answer of(Throwable thrown, HttpServletRequest request) {
        if (thrown instanceof ProblemException failure) {
            Answer answer = answer(failure.problem(), failure.detail(), failure.retryAfter(), request);
            failure.headers().forEach(answer::with);
            return answer;
        }
        Optional<SqlFailure> outage = SqlFailure.within(thrown).filter(SqlFailure::isOutage);
        if (outage.isPresent()) {
            LOG.warn("database out of reach: {}", outage.get().getMessage());
            return answer(NOT_READY, "the database cannot be used now", Optional.of(OUTAGE_RETRY), request);
        }
        if (thrown instanceof IOException) {
            LOG.debug("exchange broke off", thrown);
            return answer(MALFORMED, "the exchange broke off", Optional.empty(), request);
        }
        UUID instance = UUID.randomUUID();
        LOG.error("request failed instance={} method={} path={}", instance, request.getMethod(),
                request.getRequestURI(), thrown);
        return answer(INTERNAL, Replies.problem(INTERNAL, "An error has occurred.")
                .with("instance", "urn:uuid:" + instance), request);
    }

    static ProblemException noRoute(HttpServletRequest request) {
        return NOT_FOUND.because("No HTTP resource was found that matches the request URI '"
                + request.getRequestURL() + "'.");
    }

    /** {@code allowed} are the verbs of the route, with commas. */
    static ProblemException wrongVerb(HttpServletRequest request, String allowed) {
        return METHOD_NOT_ALLOWED.because("The requested resource does not support http method '"
                + request.getMethod() + "'.").with("Allow", allowed);
    }

    static ProblemException wrongType(HttpServletRequest request) {
        String type = request.getContentType();
        return UNSUPPORTED_MEDIA_TYPE.because(type == null
                ? "The request contains an entity body but no Content-Type header. The inferred media type "
                        + "'application/octet-stream' is not supported for this resource."
                : "The request entity's media type '" + type.split(";", 2)[0].strip()
                        + "' is not supported for this resource.");
    }

    private static Answer answer(Problem problem, String detail, Optional<Duration> retryAfter,
            HttpServletRequest request) {
        Answer answer = answer(problem, Replies.problem(problem, detail), request);
        retryAfter.ifPresent(wait -> answer.with("Retry-After", Math.max(1, wait.toSeconds())));
        return answer;
    }

    private static Answer answer(Problem problem, Document document, HttpServletRequest request) {
        Format format = Negotiation.of(request);
        return Answer.of(problem.status()).body(format == Format.BSON ? Format.BSON_TYPE + Answer.CHARSET : PROBLEM_JSON,
                format.encode(document));
    }
}
