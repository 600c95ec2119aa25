package apidrive.chunk;

import static apidrive.sql.Instants.utc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import apidrive.sql.Database;
import apidrive.wire.IdPrefix;

/**
 * Sums up parts of {@code chunk} in one statement. Where little of the table is asked for, that is found by ranges of the
 * primary key. Chunks lie in no order of their ids: ranges soon touch every page of the table, and reading it once from
 * end to end is faster. Of 1,000,000 rows, 640 of 1,024 parts took 1.4 s by ranges and 0.3 s from end to end.
 */
final class SummaryQuery {
    /** The part of all ids from which on the whole table is read: measured, there both ways take as long. */
    private static final double WHOLE = 1 / 8.0;
    private static final Comparator<Summary> ORDER = Comparator.comparing(Summary::prefix).thenComparing(Summary::copies);

    /** Sorted afterwards: asked for an order, the planner sorts every row in place of the sums, which takes twice as long. */
    private static final String SUM = """
            SELECT %1$s AS part, copies, count(*), bit_xor(uuid_hash_extended(id, 0))
              FROM %2$s
             WHERE expires_at > ? AND stored_at NOT BETWEEN ? AND ? AND damaged_at IS NULL
             GROUP BY 1, 2""";
    private static final String WHOLE_TABLE = "apidrive.chunk";
    private static final String RANGES = """
            unnest(?, ?) AS range (first, last) JOIN apidrive.chunk ON id BETWEEN range.first AND range.last""";

    private final Set<IdPrefix> within;
    private final int bits;
    private final Instant now;
    private final Instant settled;

    /** As {@link Inventory#summaries}. */
    SummaryQuery(Collection<IdPrefix> within, int bits, Instant now, Instant settled) {
        this.within = Set.copyOf(within);
        this.bits = bits;
        this.now = now;
        this.settled = settled;
    }

    List<Summary> run(Database database) {
        if (within.isEmpty()) {
            return List.of();
        }
        int length = within.iterator().next().bits();
        boolean isWhole = within.size() >= WHOLE * (1L << length);
        String sql = SUM.formatted(prefix(bits), isWhole ? WHOLE_TABLE : RANGES);
        List<Summary> summaries = database.autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int next = 1;
                if (!isWhole) {
                    IdRange.bind(connection, statement, next, IdRange.of(within));
                    next += 2;
                }
                statement.setObject(next, utc(now));
                statement.setObject(next + 1, utc(settled));
                statement.setObject(next + 2, utc(now));
                return Columns.rows(statement, this::summary);
            }
        });
        return summaries.stream().filter(one -> within.contains(
                new IdPrefix(length, one.prefix().value() >> bits - length))).sorted(ORDER).toList();
    }

    private Summary summary(ResultSet row) throws SQLException {
        return new Summary(new IdPrefix(bits, row.getLong(1)), row.getInt(2), row.getLong(3), row.getLong(4));
    }

    /** The leading {@code bits} of an id as a number, made of as many bytes as hold them. */
    private static String prefix(int bits) {
        int bytes = (bits + Byte.SIZE - 1) / Byte.SIZE;
        String number = IntStream.range(0, bytes).mapToObj(i -> "(get_byte(uuid_send(id), " + i + ")::bigint << "
                + Byte.SIZE * (bytes - 1 - i) + ")").collect(Collectors.joining(" | ", "(", ")"));
        return bytes == 0 ? "0::bigint" : number + " >> " + (Byte.SIZE * bytes - bits);
    }
}
