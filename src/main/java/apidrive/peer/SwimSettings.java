package apidrive.peer;

import java.time.Duration;

/**
 * How membership is kept. All nodes of a network should agree roughly; nothing breaks if they do not.
 *
 * @param period between two probes of a healthy node
 * @param timeout how long a ping is waited for before others are asked to try; less than half the period
 * @param helpers how many are asked to ping in one's stead: SWIM's k
 * @param suspicion shortest suspicion, in periods for each factor of ten in the network's size: Lifeguard's alpha
 * @param patience longest suspicion, in shortest ones: Lifeguard's beta
 * @param confirmations how many more accusers shorten a suspicion to its shortest: Lifeguard's k
 * @param retransmissions how often a rumour is passed on, for each doubling of the network's size: SWIM's lambda
 * @param rumourBytes most bytes of rumours in a message
 * @param exchange between two comparisons of the whole list with somebody
 */
public record SwimSettings(Duration period, Duration timeout, int helpers, int suspicion, int patience,
                           int confirmations, int retransmissions, int rumourBytes, Duration exchange) {
    /** Two seconds leave room for a TLS handshake over 200 ms of distance; 4 KiB carry two dozen announcements. */
    public static final SwimSettings DEFAULT = new SwimSettings(Duration.ofSeconds(2), Duration.ofMillis(900), 3, 3, 6,
            3, 3, 4_096, Duration.ofSeconds(30));

    public SwimSettings {
        if (timeout.multipliedBy(2).compareTo(period) > 0) {
            throw new IllegalArgumentException("a ping's timeout is at most half the period, for helpers to try after");
        }
        if (rumourBytes < Announcement.MAX_BYTES + 16 || rumourBytes > Message.MAX_BYTES / 2) {
            throw new IllegalArgumentException("rumours have room for an announcement, and a message for them");
        }
    }
}
