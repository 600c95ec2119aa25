package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.Optional;

/**
 * A ping that this node makes for another.
 *
 * @param asker who asked
 * @param target whom to ping
 * @param call what to send; empty when the target is unknown or gone here, which {@link Swim#helped} answers at once
 */
public record Relay(NodeId asker, NodeId target, Optional<Call> call) {
}
