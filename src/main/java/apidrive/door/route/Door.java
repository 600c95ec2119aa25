package apidrive.door.route;

import apidrive.config.DoorName;
import apidrive.door.api.Answer;
import jakarta.servlet.http.HttpServletRequest;

/** A way in for clients of another system, which are answered in that system's forms, failures among them. Threads share it. */
public interface Door {
    DoorName name();

    /** Whether a request is this door's where it stands beside others, by its verb and its path, which begins with a slash. */
    boolean claims(String verb, String path);

    /**
     * The answer to whatever comes, claimed or not, to be written at once. Throws nothing that is foreseen.
     *
     * @param path as in {@link #claims}: what is left of the request's own where the door stands in a folder
     */
    Answer answer(HttpServletRequest request, String path);

    /** The answer to a request that is refused before the door has seen it. */
    Answer refusal(RuntimeException why, HttpServletRequest request);
}
