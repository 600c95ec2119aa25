package apidrive.door.dtfc;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What clients do here, each of which can be switched off. */
public enum Verb {
    PUT("Uploading"), GET("Downloading"), HEAD("Asking"), DELETE("Deletion");

    private final String deed;

    Verb(String deed) {
        this.deed = deed;
    }

    /** The verb of a request; empty for any other. */
    static Optional<Verb> of(String text) {
        return Arrays.stream(values()).filter(verb -> verb.name().equals(text)).findFirst();
    }

    /** The verb as an administrator writes it; empty for any other text. */
    public static Optional<Verb> ofText(String text) {
        return Arrays.stream(values()).filter(verb -> verb.text().equals(text)).findFirst();
    }

    /** As an administrator writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is answered while it is switched off. */
    String refusal() {
        return "403 Forbidden. " + deed + " is disabled.\n";
    }
}
