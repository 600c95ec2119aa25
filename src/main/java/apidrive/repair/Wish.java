package apidrive.repair;

/**
 * What a store is to achieve.
 *
 * @param copies copies that the network is to have in the end, 1 to 8
 * @param ack    copies that are durable before the store is acknowledged, 1 to {@code copies}
 */
public record Wish(int copies, int ack) {
    /** {@code ack} beyond {@code copies} means all of them. */
    public Wish {
        ack = Math.min(ack, copies);
    }
}
