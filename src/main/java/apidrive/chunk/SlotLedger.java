package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Counts slots in the transaction that takes or frees them, and never lets more be taken than there are.
 *
 * <p>The count is split over the rows of {@code slot_shard}. A transaction that adds holds one of them from before it looks
 * at the sum until it commits, so at any moment at most {@link #SHARDS} transactions are about to add what others
 * cannot see, each at most {@link ChunkStore#MAX_PUT}. While the visible sum is further than that from the limit, they go
 * on side by side. Nearer, a transaction takes the exclusive lock, which waits for all others to end and keeps new ones
 * out, and the sum is exact.
 */
final class SlotLedger {
    private static final int SHARDS = 16;  // rows of slot_shard
    private static final long MARGIN = (long) SHARDS * ChunkStore.MAX_PUT;
    /** Key of the advisory lock, shared by those who add side by side: an arbitrary number for this purpose alone. */
    static final long LOCK = 0x61_70_69_64_72_69_76_01L;

    private static final String LOCK_EXCLUSIVE = "SELECT pg_advisory_xact_lock(?)";
    private static final String CLAIM_FREE = """
            SELECT shard FROM apidrive.slot_shard ORDER BY shard LIMIT 1 FOR UPDATE SKIP LOCKED""";
    private static final String CLAIM = "SELECT shard FROM apidrive.slot_shard WHERE shard = ? FOR UPDATE";
    private static final String USED = "SELECT COALESCE(sum(used), 0) FROM apidrive.slot_shard";
    private static final String ADD = "UPDATE apidrive.slot_shard SET used = used + ?, bytes = bytes + ? WHERE shard = ?";

    /** Leave to add up to {@code room} slots, counted in {@code shard}. */
    record Permit(int shard, long room) {
    }

    private final long total;

    SlotLedger(long total) {
        this.total = total;
    }

    long total() {
        return total;
    }

    /**
     * Whether a transaction that holds the shared lock, and added at most MAX_PUT to a row that was free, may commit:
     * {@code used} is the sum it saw afterwards. Nearer the limit only one at a time may add.
     */
    boolean hasRoomBeside(long used) {
        return used + MARGIN <= total;
    }

    /** Waits for every other transaction that adds; leave to add exactly what is free. */
    Permit enterAlone(Connection connection) throws SQLException {
        lockAlone(connection);
        return new Permit(claim(connection), Math.max(0, total - used(connection)));
    }

    /** Adds {@code count} slots within a permit, and what {@code bytes} they hold. */
    void add(Connection connection, Permit permit, long count, long bytes) throws SQLException {
        change(connection, permit.shard(), count, bytes);
    }

    /** Takes {@code count} slots and their {@code bytes} away, or bytes alone; needs no permit. */
    static void free(Connection connection, long count, long bytes) throws SQLException {
        if (count != 0 || bytes != 0) {
            change(connection, claim(connection), -count, -bytes);
        }
    }

    long used(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(USED);
             ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Any row that no other transaction holds; where all are held, waits for one. */
    private static int claim(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM_FREE);
             ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                return row.getInt(1);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setInt(1, ThreadLocalRandom.current().nextInt(SHARDS));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static void change(Connection connection, int shard, long slots, long bytes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setLong(1, slots);
            statement.setLong(2, bytes);
            statement.setInt(3, shard);
            statement.executeUpdate();
        }
    }

    /** Waits for every other transaction that adds, and keeps new ones out until this one ends. */
    static void lockAlone(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK_EXCLUSIVE)) {
            statement.setLong(1, LOCK);
            statement.execute();
        }
    }
}
