package apidrive.peer;

import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import apidrive.sql.Database;
import apidrive.wire.NodeId;

/** This node's own row and those of its peers: what membership starts from. */
public final class PeerStore {
    private static final int ROWS_AT_ONCE = 1_000;
    private static final String OWN = "SELECT key, sequence, declared FROM apidrive.node";
    private static final String TAKE_KEY = "SELECT apidrive.take_node_key(?, ?)";
    private static final String ANNOUNCED = "UPDATE apidrive.node SET sequence = ? WHERE sequence < ?";
    private static final String DECLARE = "UPDATE apidrive.node SET declared = ?";
    private static final String LEAVE_OTHER_NETWORKS = "DELETE FROM apidrive.peer WHERE network <> ?";
    private static final String EVERY = """
            SELECT id, announcement, observed, greatest(0, extract(epoch FROM now() - since))::float8 FROM apidrive.peer""";
    private static final String SOME_URLS = """
            SELECT url FROM apidrive.peer
             WHERE network = ? AND declared <> 'left' AND id <> (SELECT node.id FROM apidrive.node)
             ORDER BY observed = 'dead', random() LIMIT ?""";
    private static final String SAVE = """
            INSERT INTO apidrive.peer AS old (id, network, announcement, sequence, observed, since, url, zone, grouped,
                                              declared, slots, weight, preferred, version)
            VALUES (?, ?, ?, ?, ?, now() - ? * interval '1 microsecond', ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE
               SET announcement = excluded.announcement, sequence = excluded.sequence, observed = excluded.observed,
                   since = excluded.since, url = excluded.url, zone = excluded.zone, grouped = excluded.grouped,
                   declared = excluded.declared, slots = excluded.slots, weight = excluded.weight,
                   preferred = excluded.preferred, version = excluded.version
             WHERE excluded.sequence >= old.sequence""";
    private static final String FORGET = "DELETE FROM apidrive.peer WHERE id = ANY (?)";

    /** This node's row. */
    public record Own(NodeKey key, long sequence, Declared declared) {
        /** The id alone: a key is never logged. */
        @Override
        public String toString() {
            return "Own[" + key.id() + " " + sequence + " " + declared + "]";
        }
    }

    /** Takes one saved member: its packed announcement, and for how long it has been observed so. */
    @FunctionalInterface
    public interface Reader {
        void take(NodeId id, byte[] announcement, Observed observed, Duration since);
    }

    private final Database database;

    public PeerStore(Database database) {
        this.database = database;
    }

    /** This node's row; its key is made when there is none. Of several WARs that start at once, one makes it. */
    public Own own() {
        return database.inTransaction(connection -> {
            NodeKey fresh = null;
            try (PreparedStatement statement = connection.prepareStatement(OWN); ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getBytes(1) == null) {
                    fresh = NodeKey.generate(new SecureRandom());
                }
            }
            if (fresh != null) {
                try (PreparedStatement statement = connection.prepareStatement(TAKE_KEY)) {
                    statement.setBytes(1, fresh.encoded());
                    statement.setObject(2, fresh.id().uuid());
                    statement.execute();
                }
            }
            return read(connection);
        });
    }

    /** What administrators told this node to be, whichever of its WARs they told it. */
    public Declared declared() {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OWN); ResultSet row = statement.executeQuery()) {
                row.next();
                return declared(row);
            }
        });
    }

    /** Remembers the number of this node's newest announcement; a lower one than is known already is not taken. */
    public void announced(long sequence) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ANNOUNCED)) {
                statement.setLong(1, sequence);
                statement.setLong(2, sequence);
                return statement.executeUpdate();
            }
        });
    }

    public void declare(Declared declared) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DECLARE)) {
                statement.setString(1, text(declared));
                return statement.executeUpdate();
            }
        });
    }

    /** Every saved member of this network, a page at a time; those of another, whose name this node had before, go. */
    public void each(String network, Reader reader) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LEAVE_OTHER_NETWORKS)) {
                statement.setString(1, network);
                statement.executeUpdate();
            }
            try (PreparedStatement statement = connection.prepareStatement(EVERY)) {
                statement.setFetchSize(ROWS_AT_ONCE);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        reader.take(new NodeId(rows.getObject(1, UUID.class)), rows.getBytes(2),
                                Observed.valueOf(rows.getString(3).toUpperCase(Locale.ROOT)),
                                Duration.ofMillis((long) (rows.getDouble(4) * 1_000)));
                    }
                }
            }
            return null;
        });
    }

    /** Where at most {@code limit} other members of this network are, chosen at random, those that were not dead first. */
    public List<URI> someUrls(String network, int limit) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SOME_URLS)) {
                statement.setString(1, network);
                statement.setInt(2, limit);
                try (ResultSet rows = statement.executeQuery()) {
                    List<URI> urls = new ArrayList<>();
                    while (rows.next()) {
                        urls.add(URI.create(rows.getString(1)));
                    }
                    return urls;
                }
            }
        });
    }

    /** Writes these members and deletes those that are gone, in one transaction. Ids ascend, so that two WARs wait in turn. */
    public void save(String network, List<Member> members, Collection<NodeId> gone) {
        database.inTransaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
                for (Member member : members) {
                    bind(statement, network, member);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
            try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                statement.setArray(1, connection.createArrayOf("uuid", gone.stream().map(NodeId::uuid).toArray()));
                statement.executeUpdate();
            }
            return null;
        });
    }

    private static Own read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OWN); ResultSet row = statement.executeQuery()) {
            row.next();
            return new Own(NodeKey.ofEncoded(row.getBytes(1)), row.getLong(2), declared(row));
        }
    }

    private static Declared declared(ResultSet row) throws SQLException {
        return ServerState.parse(row.getString(3)).flatMap(ServerState::declared).orElseThrow();
    }

    private static void bind(PreparedStatement statement, String network, Member member) throws SQLException {
        Profile profile = member.profile();
        statement.setObject(1, member.id().uuid());
        statement.setString(2, network);
        statement.setBytes(3, member.announcement().toBytes());
        statement.setLong(4, member.sequence());
        statement.setString(5, member.observed().name().toLowerCase(Locale.ROOT));
        statement.setLong(6, TimeUnit.MILLISECONDS.toMicros(member.since().toMillis()));
        statement.setString(7, profile.url().toString());
        statement.setString(8, profile.zone());
        statement.setString(9, profile.group());
        statement.setString(10, text(profile.declared()));
        statement.setLong(11, profile.slots());
        statement.setLong(12, profile.weight());
        statement.setBoolean(13, profile.preferred());
        statement.setString(14, profile.version());
    }

    private static String text(Declared declared) {
        return ServerState.of(declared).text();
    }
}
