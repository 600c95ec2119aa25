package apidrive.name;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import apidrive.sql.Database;

/** For whom this node knows that something is kept: by a record of a name, whichever version it is of, or while it is being stored. */
final class Claimants {
    /** The index is asked for each: EXISTS would let a plan read all of it. */
    private static final String WANTED = """
            WITH asked AS (SELECT unnest(?) AS holder)
            SELECT holder FROM asked WHERE (SELECT true FROM apidrive.name WHERE metadata ->> '%s' = holder::text LIMIT 1)
             UNION
            SELECT holder FROM asked JOIN apidrive.unnamed_lease USING (holder) WHERE until > now()
             UNION
            SELECT holder FROM asked JOIN apidrive.upload USING (holder)""".formatted(NameDocument.HOLDER);

    private final Database database;

    Claimants(Database database) {
        this.database = database;
    }

    /** Those of these who are wanted. */
    Set<UUID> wanted(Collection<UUID> holders) {
        return database.inTransactionByIndex(connection -> {
            Array asked = connection.createArrayOf("uuid", holders.toArray());
            try (PreparedStatement statement = connection.prepareStatement(WANTED)) {
                statement.setArray(1, asked);
                Set<UUID> wanted = new HashSet<>();
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        wanted.add(rows.getObject(1, UUID.class));
                    }
                }
                return wanted;
            }
        });
    }
}
