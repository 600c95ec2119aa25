package apidrive.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

/** Runs work on a connection. Threads may share it. A connection is held for the work alone, never while a client waits. */
public final class Database {
    private static final int ATTEMPTS = 3;  // the loser of a deadlock mostly wins its second try

    /** What to do with a connection. Run again from the start when its transaction lost a deadlock. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** A plan that reads a whole table all the same seems so dear that a server with JIT would compile it, at each execution. */
    private static final String BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

    private final DataSource source;

    public Database(DataSource source) {
        this.source = source;
    }

    /** One transaction at READ COMMITTED: committed when {@code work} returns, rolled back when it throws. */
    public <T> T inTransaction(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(work);
            } catch (SqlFailure failure) {
                if (!failure.isWorthRetrying() || attempt == ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    /**
     * As the other, for work on tables that are empty for long and then fill within seconds. Plans are kept, and those made while such
     * a table was empty would read all of it, for each row wanted once; statistics come a minute later at best. So all of a table is read
     * here only where no index serves.
     */
    public <T> T inTransactionByIndex(Work<T> work) {
        return inTransaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(BY_INDEX);
            }
            return work.on(connection);
        });
    }

    /** Each statement of {@code work} is its own transaction. */
    public <T> T autocommit(Work<T> work) {
        try (Connection connection = connect()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    private Connection connect() {
        try {
            return source.getConnection();
        } catch (SQLException e) {
            throw SqlFailure.noConnection(e);
        }
    }

    private <T> T attempt(Work<T> work) {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.on(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollBack(connection);
                }
                restore(connection);
            }
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    /** A connection that cannot roll back is broken; the failure that led here is the one to tell. */
    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            discard(connection);
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            discard(connection);
        }
    }

    private static void discard(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException("a broken connection could not be closed", e);
        }
    }
}
