package apidrive.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import com.zaxxer.hikari.HikariDataSource;

/** What PostgreSQL alone can return: single rows by key from a plain table that nothing else touches. */
final class BareSelect implements Contender {
    private static final String CREATE_TABLE = "CREATE TABLE bare_kept (id uuid PRIMARY KEY, data bytea NOT NULL)";
    private static final String SET_STORAGE = "ALTER TABLE bare_kept ALTER COLUMN data SET STORAGE EXTERNAL";
    private static final String INSERT = "INSERT INTO bare_kept (id, data) VALUES (?, ?)";
    private static final String SELECT = "SELECT data FROM bare_kept WHERE id = ?";
    private static final int BATCH = 64;

    private final Lazy<HikariDataSource> pool;
    private final int clients;
    private final Lazy<List<UUID>> ids;

    BareSelect(Lazy<HikariDataSource> pool, int clients, Lazy<List<UUID>> ids) {
        this.pool = pool;
        this.clients = clients;
        this.ids = ids;
    }

    /** Makes the table with {@code count} rows and returns their ids. */
    static List<UUID> fill(HikariDataSource pool, int count) throws Exception {
        List<UUID> ids = new ArrayList<>();
        Block block = new Block();
        try (Connection connection = pool.getConnection(); Statement ddl = connection.createStatement()) {
            ddl.execute(CREATE_TABLE);
            ddl.execute(SET_STORAGE);
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                while (ids.size() < count) {
                    UUID id = UUID.randomUUID();
                    statement.setObject(1, id);
                    statement.setBytes(2, block.next().clone());
                    statement.addBatch();
                    ids.add(id);
                    if (ids.size() % BATCH == 0 || ids.size() == count) {
                        statement.executeBatch();
                        connection.commit();
                    }
                }
            }
        }
        return ids;
    }

    @Override
    public String name() {
        return "bare JDBC select by key, " + clients + " connections";
    }

    @Override
    public int clients() {
        return clients;
    }

    @Override
    public void prepare() throws Exception {
        ids.get();
    }

    @Override
    public Worker worker(int number) throws Exception {
        HikariDataSource connections = pool.get();
        List<UUID> all = ids.get();
        return () -> {
            try (Connection connection = connections.getConnection();
                 PreparedStatement statement = connection.prepareStatement(SELECT)) {
                statement.setObject(1, all.get(ThreadLocalRandom.current().nextInt(all.size())));
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next() || row.getBytes(1).length != Block.BYTES) {
                        throw new IllegalStateException("a row is missing or short");
                    }
                }
            }
            return 1;
        };
    }
}
