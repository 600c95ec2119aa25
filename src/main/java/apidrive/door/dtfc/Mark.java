package apidrive.door.dtfc;

import java.util.Arrays;
import java.util.Optional;

/** What an administrator has everybody answered who asks for a content, whether or not it is kept. */
public enum Mark {
    FORBIDDEN(403), HIDDEN(404);

    private final int status;

    Mark(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** The mark that has this status; empty for any other text. */
    public static Optional<Mark> of(String status) {
        return Arrays.stream(values()).filter(mark -> Integer.toString(mark.status).equals(status)).findFirst();
    }
}
