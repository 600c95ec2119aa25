package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Round-robin over the members in a random order that changes every round (SWIM §4.3): a member is probed within two
 * rounds at the latest, and two nodes rarely probe the same one. The order is a small block cipher over the slots of
 * the table (Black and Rogaway 2002: cycle walking), for a shuffled list of a million would cost memory and have to be
 * kept in step with the table.
 */
final class ProbeOrder {
    private static final int ROUNDS = 4;
    private static final int FEWEST_BITS = 2;

    private final MemberTable table;
    private final RandomGenerator random;
    private final int[] keys = new int[ROUNDS];
    private int halfBits;
    private int next;
    private int end;

    ProbeOrder(MemberTable table, RandomGenerator random) {
        this.table = table;
        this.random = random;
    }

    /** The next member worth a call other than {@code self}; empty when a whole round finds none. */
    Optional<NodeId> next(NodeId self) {
        for (int rounds = 0; rounds < 2; rounds++) {
            while (next < end) {
                Optional<NodeId> member = table.reachableAt(enciphered(next++));
                if (member.isPresent() && !member.get().equals(self)) {
                    return member;
                }
            }
            shuffle();
        }
        return Optional.empty();
    }

    private void shuffle() {
        int bits = Math.max(FEWEST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, table.slots() - 1)));
        halfBits = (bits + 1) / 2;
        next = 0;
        end = 1 << 2 * halfBits;
        for (int i = 0; i < ROUNDS; i++) {
            keys[i] = random.nextInt();
        }
    }

    /** A permutation of 0 to {@code end - 1}: a Feistel network. */
    private int enciphered(int position) {
        int mask = (1 << halfBits) - 1;
        int left = position >>> halfBits;
        int right = position & mask;
        for (int key : keys) {
            int mixed = (right ^ key) * 0x9E3779B1;
            int swapped = left ^ (mixed ^ mixed >>> 15) * 0x85EBCA6B >>> 7 & mask;
            left = right;
            right = swapped;
        }
        return left << halfBits | right;
    }
}
