package apidrive.repair;

import java.time.Duration;
import java.util.UUID;

/** That a holder ended so long ago; {@code number} tells in which order the node heard of it that says so. */
public record Ending(long number, UUID holder, Duration age) {
}
