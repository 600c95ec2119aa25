package apidrive.repair;

import java.util.Optional;
import java.util.UUID;

import apidrive.wire.NodeId;

/** How far other servers were asked which holders have ended. Outlasts a restart. */
interface HeardEnds {
    /** The last that a server told of. */
    record Last(long number, UUID holder) {
        static Last of(Ending ending) {
            return new Last(ending.number(), ending.holder());
        }
    }

    Optional<Last> last(NodeId node);

    void note(NodeId node, Last last);

    /** The server is to be asked from the beginning. */
    void forget(NodeId node);
}
