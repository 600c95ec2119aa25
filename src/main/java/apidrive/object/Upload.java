package apidrive.object;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

import apidrive.wire.ChunkId;

/**
 * An upload that can be resumed, as it stands.
 *
 * @param received  bytes that have come, all of them durable
 * @param length    bytes of the object; empty while its uploader has not said
 * @param metadata  as the uploader sent it
 * @param expiresAt when it is given up, unless it goes on
 * @param root      the object, once it is whole
 */
public record Upload(long received, OptionalLong length, String metadata, Instant expiresAt, Optional<ChunkId> root) {
}
