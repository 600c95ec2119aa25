package apidrive.repair;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.wire.NodeId;

/** The rows of {@code heard_end}. */
final class PostgresHeardEnds implements HeardEnds {
    private static final String FIND = "SELECT number, holder FROM apidrive.heard_end WHERE node = ?";
    private static final String NOTE = """
            INSERT INTO apidrive.heard_end (node, number, holder) VALUES (?, ?, ?)
                ON CONFLICT (node) DO UPDATE SET number = EXCLUDED.number, holder = EXCLUDED.holder""";
    private static final String FORGET = "DELETE FROM apidrive.heard_end WHERE node = ?";

    private final Database database;

    PostgresHeardEnds(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Last> last(NodeId node) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setObject(1, node.uuid());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(new Last(row.getLong(1), row.getObject(2, UUID.class))) : Optional.empty();
                }
            }
        });
    }

    @Override
    public void note(NodeId node, Last last) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
                statement.setObject(1, node.uuid());
                statement.setLong(2, last.number());
                statement.setObject(3, last.holder());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void forget(NodeId node) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setObject(1, node.uuid());
                return statement.executeUpdate();
            }
        });
    }
}
