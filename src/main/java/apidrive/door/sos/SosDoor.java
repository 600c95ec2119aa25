package apidrive.door.sos;

import java.util.Optional;
import java.util.Set;

import apidrive.config.DoorName;
import apidrive.door.api.Answer;
import apidrive.door.route.Door;
import jakarta.servlet.http.HttpServletRequest;

/** One of the original's servers: its routes, and how it refuses everything else. */
abstract class SosDoor implements Door {
    private final DoorName name;
    private final Set<String> roots;
    private final String refusal;

    /** Claims the paths {@code roots} and what lies below them; the rest it answers 404 with {@code refusal}. */
    SosDoor(DoorName name, Set<String> roots, String refusal) {
        this.name = name;
        this.roots = roots;
        this.refusal = refusal;
    }

    /** The answer of the route; empty where there is none for this verb and path. */
    abstract Optional<Answer> route(HttpServletRequest request, String path);

    @Override
    public final DoorName name() {
        return name;
    }

    /** All verbs, so that it is refused in its words what it does not do; but any single name can be PUT to the dtfc door. */
    @Override
    public final boolean claims(String verb, String path) {
        int end = path.indexOf('/', 1);
        return roots.contains(end < 0 ? path : path.substring(0, end)) && (end >= 0 || !verb.equals("PUT"));
    }

    @Override
    public final Answer answer(HttpServletRequest request, String path) {
        return route(request, path).orElseGet(() -> Plain.of(404, refusal));
    }

    @Override
    public Answer refusal(RuntimeException why, HttpServletRequest request) {
        return Plain.unread(why, request);
    }

    /** The one segment below {@code root}; empty where the path is another. */
    static Optional<String> below(String root, String path) {
        boolean isBelow = path.startsWith(root + "/") && path.indexOf('/', root.length() + 1) < 0;
        return isBelow ? Optional.of(path.substring(root.length() + 1)).filter(id -> !id.isEmpty()) : Optional.empty();
    }

    /** Whether it is read and not written. */
    static boolean isRead(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /** The original ends the connection after every HEAD, and where nothing is found. */
    static Answer last(Answer answer) {
        return answer.with("Connection", "close");
    }
}
