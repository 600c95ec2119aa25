package apidrive.config;

import java.util.List;

/** The settings cannot be used; the message names every fault, one a line. */
public final class ConfigException extends RuntimeException {
    private final List<String> faults;

    ConfigException(List<String> faults) {
        super("The settings have " + (faults.size() == 1 ? "a fault" : faults.size() + " faults")
                + ":\n  - " + String.join("\n  - ", faults));
        this.faults = List.copyOf(faults);
    }

    /** At least one sentence. */
    public List<String> faults() {
        return faults;
    }
}
