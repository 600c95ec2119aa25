package apidrive.problem;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The failures of API Drive: the status and title that a caller sees (RFC 9457 §3.1). */
public enum Problem {
    MALFORMED(400, "Malformed request"),
    UNAUTHENTICATED(401, "Sign in first"),
    FORBIDDEN(403, "Not allowed"),
    FOREIGN_NETWORK(403, "Another network"),
    OTHER_PARTITIONS(403, "Other parts of the ids"),
    /** The shared key of a closed network is missing in the call, or is another. */
    WRONG_NETWORK_KEY(403, "Not proven by the network's key"),
    PEER_UNKNOWN(403, "The sender is no member of the network"),
    NOT_FOUND(404, "No such resource"),
    CHUNK_NOT_FOUND(404, "No such chunk"),
    /** The chunk is known but its bytes here fail their digest: another holder has to be asked, or it is stored anew. */
    CHUNK_DAMAGED(404, "This node's copy of the chunk is damaged"),
    OBJECT_NOT_FOUND(404, "No such object"),
    /** Unknown, given up or ended: the client begins anew. */
    UPLOAD_NOT_FOUND(404, "No such upload"),
    NAME_NOT_FOUND(404, "No such name"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "No acceptable representation"),
    /** Other bytes are already kept under the id. */
    ID_TAKEN(409, "The id belongs to other bytes"),
    /** The name is to be immutable and means another object. */
    NAME_TAKEN(409, "The name belongs to another object"),
    /** An object needs the chunk: it goes when the object does, or when somebody says that the object may lose it. */
    CHUNK_CLAIMED(409, "An object needs the chunk"),
    /** The bytes sent do not follow those that have come: the client asks where the upload stands, and goes on from there. */
    OFFSET_MISMATCH(409, "The upload stands elsewhere"),
    /** A tombstone is in force: no peer's copy is taken until it ends or a user stores the chunk again. */
    CHUNK_DELETED(410, "The chunk was deleted"),
    PRECONDITION_FAILED(412, "Precondition failed"),
    TOO_LARGE(413, "Too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    RANGE_NOT_SATISFIABLE(416, "Range not satisfiable"),
    /** The bytes sent do not hash to the id they were sent under. */
    DIGEST_MISMATCH(422, "The bytes do not match the id"),
    UPLOAD_LOCKED(423, "The upload is being written to"),
    RATE_LIMITED(429, "Too many chunks from this address"),
    LOCKED_OUT(429, "Too many failed attempts"),
    /** The status is tus's own (tus 1.0, Checksum). */
    CHECKSUM_MISMATCH(460, "Checksum mismatch"),
    /** Another server that was needed for this did not do its part. */
    PEER_FAILED(502, "Another server failed"),
    INTERNAL(500, "Internal error"),
    BUSY(503, "Too much at once"),
    NOT_READY(503, "Not ready"),
    /** Of those servers that may keep the chunk none that was asked does, and one could not be asked. */
    CHUNK_AWAY(503, "A server that may keep the chunk is away"),
    /** Too few of the servers that keep the name can be asked or told now. */
    NAME_AWAY(503, "Servers that keep the name are away"),
    NO_FREE_SLOT(507, "No free slot");

    private static final String TYPE_PREFIX = "urn:apidrive:problem:";
    private static final Map<String, Problem> BY_TYPE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Problem::type, Function.identity()));

    private final int status;
    private final String title;

    Problem(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** Whether it is the request that was not granted, and not the server that failed (RFC 9110 §15.5, §15.6). */
    public boolean isRefusal() {
        return status < INTERNAL.status;
    }

    public String title() {
        return title;
    }

    /** A URN that never changes, for example {@code urn:apidrive:problem:chunk-not-found}. */
    public String type() {
        return TYPE_PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The problem with this {@link #type()}; empty for any other text. */
    public static Optional<Problem> ofType(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /** The exception to throw; {@code detail} is read by the caller, so it carries no secret and no class name. */
    public ProblemException because(String detail) {
        return new ProblemException(this, detail, null, null);
    }

    /** As {@link #because(String)}; {@code cause} goes to the log only. */
    public ProblemException because(String detail, Throwable cause) {
        return new ProblemException(this, detail, null, cause);
    }

    /** As {@link #because(String)}, telling the caller to wait {@code retryAfter}, at least a second, and try again. */
    public ProblemException because(String detail, Duration retryAfter) {
        return new ProblemException(this, detail, retryAfter, null);
    }

    /** As {@link #because(String, Duration)}; {@code cause} goes to the log only. */
    public ProblemException because(String detail, Duration retryAfter, Throwable cause) {
        return new ProblemException(this, detail, retryAfter, cause);
    }
}
