package apidrive.chunk;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.ChunkId;

/** What the refusal of one chunk means to whoever asked for it. */
public final class Refusals {
    private Refusals() {
    }

    public static ProblemException of(Problem problem, ChunkId id) {
        return problem.because(switch (problem) {
            case CHUNK_NOT_FOUND -> "chunk " + id + " is not kept here";
            case CHUNK_DAMAGED -> "this node's bytes of chunk " + id + " fail their digest; fetch it from another holder, "
                    + "or store it again to repair it";
            case ID_TAKEN -> "other bytes are kept under the id " + id;
            case CHUNK_DELETED -> "chunk " + id + " was deleted; a user who stores it again undoes that";
            case NO_FREE_SLOT -> "every slot of this node is taken; see /api/drive/servers for others";
            default -> "chunk " + id + " was refused";
        });
    }
}
