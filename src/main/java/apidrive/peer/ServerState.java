package apidrive.peer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is shown of a server: what others find of it where that matters, else what it says itself. */
public enum ServerState {
    ACTIVE, READ_ONLY, DRAINING, SUSPECT, DEAD, LEFT;

    public static ServerState of(Member member) {
        Declared declared = member.profile().declared();
        if (declared == Declared.LEFT) {
            return LEFT;
        }
        return switch (member.observed()) {
            case SUSPECT -> SUSPECT;
            case DEAD, FORGOTTEN -> DEAD;
            case ALIVE -> of(declared);
        };
    }

    /** As a node that is alive and says so is shown. */
    public static ServerState of(Declared declared) {
        return valueOf(declared.name());
    }

    /** Reads {@link #text}; empty for any other text. */
    public static Optional<ServerState> parse(String text) {
        return Arrays.stream(values()).filter(state -> state.text().equals(text)).findFirst();
    }

    /** What an administrator may tell a node to be; empty for what is only observed. */
    public Optional<Declared> declared() {
        return Arrays.stream(Declared.values()).filter(declared -> declared.name().equals(name())).findFirst();
    }

    /** In lower case with hyphens: {@code read-only}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
