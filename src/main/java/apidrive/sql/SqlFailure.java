package apidrive.sql;

import java.sql.SQLException;
import java.util.Optional;

/** A statement failed. What it means is told by its SQLSTATE (PostgreSQL manual, appendix A). */
public final class SqlFailure extends RuntimeException {
    public static final String UNDEFINED_TABLE = "42P01";
    public static final String LOCK_NOT_AVAILABLE = "55P03";
    public static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK_DETECTED = "40P01";

    private static final String CONNECTION_EXCEPTION = "08000";

    private final String sqlState;

    public SqlFailure(SQLException cause) {
        this(cause, cause.getSQLState() == null ? "" : cause.getSQLState());
    }

    private SqlFailure(SQLException cause, String sqlState) {
        super(cause.getMessage(), cause);
        this.sqlState = sqlState;
    }

    /** There was no connection to be had, whatever the pool says of it. */
    static SqlFailure noConnection(SQLException cause) {
        return new SqlFailure(cause, CONNECTION_EXCEPTION);
    }

    /** Whether the SQLSTATE is this one. */
    public boolean is(String state) {
        return sqlState.equals(state);
    }

    /** Class XX: the server found its own pages damaged. */
    public boolean isCorruption() {
        return sqlState.startsWith("XX");
    }

    /**
     * Whether the database cannot be used now but may be later: no connection (08), resources gone such as a full disk
     * (53), stopped or starting (57P), or read-only after a failover (25006).
     */
    public boolean isOutage() {
        return sqlState.startsWith("08") || sqlState.startsWith("53") || sqlState.startsWith("57")
                || sqlState.equals("25006");
    }

    /** Whether the same transaction, begun again, may well succeed. */
    boolean isWorthRetrying() {
        return is(SERIALIZATION_FAILURE) || is(DEADLOCK_DETECTED);
    }

    /** The failure of a statement in {@code thrown} or its causes; empty where there is none. */
    public static Optional<SqlFailure> within(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SqlFailure failure) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }
}
