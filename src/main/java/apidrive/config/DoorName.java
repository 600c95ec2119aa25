package apidrive.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The ways in for clients of other systems, in the order in which they are asked. */
public enum DoorName {
    SOS_UPLOAD, SOS_DOWNLOAD, SOS_BLOB, DTFC;

    private static final String BETWEEN = "-";

    /** By which a setting names it, as {@code sos-upload}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace("_", BETWEEN);
    }

    /** The system whose clients come by it, as {@code sos}; a setting names all of its doors by that. */
    public String system() {
        return text().split(BETWEEN, 2)[0];
    }

    /** The doors that a setting names by {@code text}; empty where it names none. */
    static Set<DoorName> named(String text) {
        Predicate<DoorName> isMeant = door -> door.text().equals(text) || door.system().equals(text);
        return Arrays.stream(values()).filter(isMeant).collect(Collectors.toCollection(() -> EnumSet.noneOf(DoorName.class)));
    }
}
