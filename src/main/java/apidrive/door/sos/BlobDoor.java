package apidrive.door.sos;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

import apidrive.config.DoorName;
import apidrive.door.api.Answer;
import apidrive.door.object.CutOff;
import apidrive.name.NameRecord;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/** The original's blob server, in both revisions: {@code /blob/{id}}, {@code /blobs} and {@code /blob}, {@code /alive}. */
public final class BlobDoor extends SosDoor {
    private static final String ALIVE = "/alive";
    private static final String BLOB = "/blob";
    private static final String BLOBS = "/blobs";
    private static final String BAD_ID = "alphanumeric IDs only\n";
    private static final String UNWRITTEN = "failed to write to storage\n";
    private static final String MISSING = "404 page not found\n";

    private final Blobs blobs;

    public BlobDoor(Blobs blobs) {
        super(DoorName.SOS_BLOB, Set.of(ALIVE, BLOB, BLOBS), "404 - content is not hosted here.");
        this.blobs = blobs;
    }

    /** The answer to a store. */
    static Answer stored(NameRecord record) {
        return Plain.of(200, "{\"id\":\"" + record.key().name() + "\",\"status\":\"OK\",\"size\":" + record.size() + "}");
    }

    @Override
    Optional<Answer> route(HttpServletRequest request, String path) {
        boolean isGet = request.getMethod().equals("GET");
        return switch (path) {
            case ALIVE -> isGet ? Optional.of(Plain.of(200, "alive")) : Optional.empty();
            case BLOBS, BLOB, BLOB + "/" -> isGet ? Optional.of(list(request)) : Optional.empty();
            default -> below(BLOB, path).flatMap(id -> blob(id, request));
        };
    }

    private Optional<Answer> blob(String id, HttpServletRequest request) {
        boolean isStore = request.getMethod().equals("POST");
        if (!isStore && !isRead(request)) {
            return Optional.empty();
        }
        if (!Blobs.isId(id)) {
            return Optional.of(Plain.of(500, BAD_ID));
        }
        return Optional.of(isStore ? store(id, request) : get(id, request));
    }

    private Answer store(String id, HttpServletRequest request) {
        try {
            return stored(blobs.put(Optional.of(id), request));
        } catch (IOException | RuntimeException e) {
            return Plain.unstored(e, request, isAskedWrongly(e) ? e.getMessage() + "\n" : UNWRITTEN);
        }
    }

    /** Whether the request itself is at fault, which its sender should know. */
    private static boolean isAskedWrongly(Exception thrown) {
        return thrown instanceof ProblemException failure && failure.problem().status() < Problem.RATE_LIMITED.status();
    }

    private Answer get(String id, HttpServletRequest request) {
        boolean isHead = request.getMethod().equals("HEAD");
        try {
            Answer answer = blobs.get(id, request).orElseGet(() -> isHead ? Answer.of(404) : Plain.of(404, MISSING));
            return isHead ? last(answer) : answer;
        } catch (RuntimeException e) {
            return Plain.unread(e, request);
        }
    }

    private Answer list(HttpServletRequest request) {
        try {
            Listing listing = blobs.list();
            return Answer.of(200).with("Content-Type", Plain.TYPE).with("X-Content-Type-Options", "nosniff")
                    .body(out -> CutOff.guard(request, "list of blobs", () -> listing.writeTo(out)));
        } catch (RuntimeException e) {
            return Plain.unread(e, request);
        }
    }
}
