package apidrive.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;

/** What PostgreSQL alone can store: blocks into a plain table, some rows a transaction. */
final class BareInsert implements Contender {
    private static final String CREATE_TABLE = "CREATE TABLE IF NOT EXISTS bare (id uuid PRIMARY KEY, data bytea NOT NULL)";
    private static final String SET_STORAGE = "ALTER TABLE bare ALTER COLUMN data SET STORAGE EXTERNAL";
    private static final String INSERT = "INSERT INTO bare (id, data) VALUES (?, ?)";

    private final Lazy<HikariDataSource> pool;
    private final int clients;
    private final int rows;

    /** {@code rows} in a transaction, sent as one batch. */
    BareInsert(Lazy<HikariDataSource> pool, int clients, int rows) {
        this.pool = pool;
        this.clients = clients;
        this.rows = rows;
    }

    @Override
    public String name() {
        return "bare JDBC insert, " + rows + (rows == 1 ? " row" : " rows") + " a transaction";
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void prepare() throws Exception {
        try (Connection connection = pool.get().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(CREATE_TABLE);
            statement.execute(SET_STORAGE);
        }
    }

    @Override
    public Worker worker(int number) throws Exception {
        HikariDataSource connections = pool.get();
        Block[] blocks = new Block[rows];
        for (int i = 0; i < rows; i++) {
            blocks[i] = new Block();
        }
        return () -> {
            try (Connection connection = connections.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                    for (Block block : blocks) {
                        statement.setObject(1, UUID.randomUUID());
                        statement.setBytes(2, block.next());
                        statement.addBatch();
                    }
                    statement.executeBatch();
                }
                connection.commit();
            }
            return rows;
        };
    }

    @Override
    public void cleanUp() throws Exception {
        try (Connection connection = pool.get().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE bare");
        }
    }
}
