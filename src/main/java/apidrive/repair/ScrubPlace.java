package apidrive.repair;

import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import java.util.UUID;

import apidrive.sql.Database;
import apidrive.sql.Instants;
import apidrive.wire.ChunkId;

/** Keeps the place of a scrub as the row of {@code scrub_place}. */
public final class ScrubPlace implements Scrub.Bookmark {
    private static final String SELECT = "SELECT after, began FROM apidrive.scrub_place";
    private static final String UPSERT = """
            INSERT INTO apidrive.scrub_place (after, began) VALUES (?, ?)
                ON CONFLICT (only_one) DO UPDATE SET after = excluded.after, began = excluded.began""";

    private final Database database;

    public ScrubPlace(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Scrub.Place> read() {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SELECT); ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new Scrub.Place(new ChunkId(row.getObject(1, UUID.class)), Instants.instant(row, 2)))
                        : Optional.empty();
            }
        });
    }

    @Override
    public void write(Scrub.Place place) {
        database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
                statement.setObject(1, place.after().uuid());
                statement.setObject(2, utc(place.began()));
                return statement.executeUpdate();
            }
        });
    }
}
