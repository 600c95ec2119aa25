package apidrive.chunk;

import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * That somebody wants a chunk kept until then.
 *
 * @param holder who: drawn at random for each object that is stored; {@link #PLAIN} for the lease that belongs to nobody
 */
public record Claim(UUID holder, Instant until) {
    /** Stands for the plain lease where it is told beside claims. */
    public static final UUID PLAIN = new UUID(0, 0);
    /** The most claims that are told with one copy; others of the same chunk are told when leases are compared. */
    public static final int MOST_TOLD = 8;
    /** The plain one first, then those that go on longest. */
    public static final Comparator<Claim> ORDER = Comparator.comparing(Claim::isPlain).thenComparing(Claim::until).reversed()
            .thenComparing(Claim::holder);

    public boolean isPlain() {
        return holder.equals(PLAIN);
    }

    /** As it is, but no longer than until then. */
    Claim bounded(Instant latest) {
        return until.isAfter(latest) ? new Claim(holder, latest) : this;
    }
}
