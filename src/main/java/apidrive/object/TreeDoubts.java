package apidrive.object;

import static apidrive.problem.Problem.CHUNK_DAMAGED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import apidrive.chunk.Finding;
import apidrive.chunk.PostgresClaims;
import apidrive.name.NameRecord;
import apidrive.name.NameVersion;
import apidrive.problem.ProblemException;
import apidrive.repair.CopyOrders;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Whereabouts;
import apidrive.wire.ChunkId;
import apidrive.wire.NodeId;

/**
 * What seems to be wrong with chunks of which a tree is made. Copies and claims count once those of a store had time to arrive
 * everywhere. Threads share it.
 */
public final class TreeDoubts {
    /** A server that was slow to answer a store has its copy by then, and one that did not is owed it. */
    private static final Duration SETTLING = Duration.ofMinutes(1);

    /** Findings that hold if the name still means what it did; whether anybody keeps {@code unknown} chunks could not be told. */
    record Doubts(List<Finding> findings, long unknown) {
    }

    private final NetworkChunks chunks;
    private final CopyOrders orders;
    private final PostgresClaims claims;

    public TreeDoubts(NetworkChunks chunks, CopyOrders orders, PostgresClaims claims) {
        this.chunks = chunks;
        this.orders = orders;
        this.claims = claims;
    }

    /** Of chunks that are told what they are to the name; {@code broken} are no part of a tree as they should be. */
    Doubts of(NameVersion version, Map<ChunkId, String> pieces, Set<ChunkId> broken, Whereabouts.Answer answer, Instant now) {
        NameRecord name = version.record();
        UUID holder = name.holder().orElseThrow();
        boolean isSettled = name.madeAt().isBefore(now.minus(SETTLING));
        Set<ChunkId> unclaimed = isSettled ? claims.unclaimed(holder, pieces.keySet(), now) : Set.of();
        List<Finding> findings = new ArrayList<>();
        long unknown = 0;
        for (Map.Entry<ChunkId, String> piece : pieces.entrySet()) {
            ChunkId id = piece.getKey();
            String what = piece.getValue() + (version.isNewest() ? " of " : " of an older version of ") + name.key();
            Set<NodeId> keepers = answer.keepers().get(id);
            Set<NodeId> lacking = answer.lacking().get(id);
            if (keepers.isEmpty()) {
                Optional<Boolean> isThere = answer.silent().isEmpty() ? isThere(id) : Optional.empty();
                unknown += isThere.isEmpty() ? 1 : 0;
                isThere.filter(kept -> !kept).ifPresent(gone -> findings.add(finding(Finding.Kind.CHUNK_MISSING, id,
                        what + " is not kept by any server", null)));
            } else if (broken.contains(id)) {
                findings.add(finding(Finding.Kind.TREE_BROKEN, id, what + " is kept, and is none", null));
            }
            if (isSettled && !lacking.isEmpty()) {
                findings.add(finding(Finding.Kind.COPIES_MISSING, id, what + " is lacking on " + lacking.size() + " of its servers",
                        orders.canMake(lacking, keepers) ? () -> orders.make(id, lacking, keepers) : null));
            }
            if (unclaimed.contains(id)) {
                findings.add(finding(Finding.Kind.CLAIM_MISSING, id, what + " is kept here, and not claimed", () -> claim(id, holder)));
            }
        }
        return new Doubts(findings, unknown);
    }

    /** Whether anybody has it sound, who need not be one that is to keep it; empty where that cannot be told. */
    private Optional<Boolean> isThere(ChunkId id) {
        try {
            return Optional.of(chunks.info(id).isPresent());
        } catch (ProblemException e) {
            return e.problem() == CHUNK_DAMAGED ? Optional.of(false) : Optional.empty();
        }
    }

    private void claim(ChunkId id, UUID holder) {
        if (!chunks.claim(List.of(id), holder).isEmpty()) {
            throw CHUNK_NOT_FOUND.because("chunk " + id + " is not kept by any server that answers");
        }
    }

    private static Finding finding(Finding.Kind kind, ChunkId id, String detail, Runnable repair) {
        return new Finding(kind, id.toString(), detail, Optional.ofNullable(repair));
    }
}
