package apidrive.access;

import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import apidrive.sql.Database;

/** Who stored how much in a period of the quota, as the database knows it a few seconds later. */
public final class Consumers {
    private static final String LARGEST = """
            SELECT client::text, COALESCE(usage.chunks, 0), own.client IS NOT NULL, own.chunks
              FROM (SELECT client, chunks, row_number() OVER (ORDER BY chunks DESC, client) AS place
                      FROM apidrive.client_usage WHERE period_start = ?) AS usage
                   FULL JOIN apidrive.client_limit AS own USING (client)
             WHERE usage.place <= ? OR own.client IS NOT NULL
             ORDER BY 2 DESC, client""";

    /**
     * An address.
     *
     * @param chunks   stored in the period
     * @param hasOwn   whether an administrator set a limit for it
     * @param ownLimit that limit; empty for none at all, and where there is none of its own
     */
    public record Consumer(String client, long chunks, boolean hasOwn, OptionalLong ownLimit) {
    }

    private final Database database;

    public Consumers(Database database) {
        this.database = database;
    }

    /** The {@code most} largest of the period that began then, and all that have a limit of their own. */
    public List<Consumer> largest(Instant periodStart, int most) {
        return database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LARGEST)) {
                statement.setObject(1, utc(periodStart));
                statement.setInt(2, most);
                try (ResultSet rows = statement.executeQuery()) {
                    List<Consumer> consumers = new ArrayList<>();
                    while (rows.next()) {
                        Long own = rows.getObject(4, Long.class);
                        consumers.add(new Consumer(rows.getString(1), rows.getLong(2), rows.getBoolean(3),
                                own == null ? OptionalLong.empty() : OptionalLong.of(own)));
                    }
                    return consumers;
                }
            }
        });
    }
}
