package apidrive.repair;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import apidrive.wire.Chunk;

/**
 * A chunk that a user stores.
 *
 * @param holder who claims it, if anybody
 * @param began  when the user brought it
 */
record Fresh(Chunk chunk, Wish wish, Optional<UUID> holder, Instant began) {
}
