package apidrive.repair;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.NodeId;

/**
 * What a node knows of the network's copies: of the chunks that it keeps, and of those that are noted as lacking a copy. A copy
 * is known on this node, on servers that the heal queue names as sources, and on each holder of a chunk kept here that is owed
 * nothing; and it counts while its server can be reached.
 *
 * @param at          when this was so
 * @param copies      how many chunks are so
 * @param only        by server, the chunks of which it has the only copy that counts: what would be lost if it left
 * @param parts       by the copies known to be whole, the parts that this node is a holder of
 * @param comparisons what came of the last comparison with each server
 */
public record Survey(Instant at, Map<Copies, Long> copies, Map<NodeId, Long> only, Map<Integer, Parts> parts,
        Map<NodeId, Sync.Compared> comparisons) {
    /**
     * Of a chunk.
     *
     * @param wanted how many there are to be; empty where this node does not keep the chunk
     * @param known  how many count
     */
    public record Copies(Optional<Integer> wanted, int known) {
    }

    /** How many parts, and how many chunks in them are kept here. */
    public record Parts(int parts, long chunks) {
        Parts plus(long more) {
            return new Parts(parts + 1, chunks + more);
        }
    }

    /** Chunks of which no copy counts. */
    public long away() {
        return copies.entrySet().stream().filter(some -> some.getKey().known() == 0).mapToLong(Map.Entry::getValue).sum();
    }

    /** All chunks that it tells of. */
    public long chunks() {
        return copies.values().stream().mapToLong(Long::longValue).sum();
    }
}
