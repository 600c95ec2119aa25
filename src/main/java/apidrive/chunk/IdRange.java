package apidrive.chunk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/** Ids from {@code first} to {@code last}, both among them, in PostgreSQL's order. */
record IdRange(UUID first, UUID last) {
    /** The ids within prefixes of one length, ascending; prefixes that adjoin are one range. */
    static List<IdRange> of(Collection<IdPrefix> within) {
        List<IdRange> ranges = new ArrayList<>();
        IdPrefix begin = null;
        IdPrefix end = null;
        for (IdPrefix prefix : within.stream().distinct().sorted().toList()) {
            if (end != null && prefix.value() != end.value() + 1) {
                ranges.add(new IdRange(begin.first(), end.last()));
                begin = prefix;
            }
            begin = begin == null ? prefix : begin;
            end = prefix;
        }
        if (end != null) {
            ranges.add(new IdRange(begin.first(), end.last()));
        }
        return ranges;
    }

    /** Binds two arrays, of the firsts and of the lasts, as the parameters from {@code parameter} on. */
    static void bind(Connection connection, PreparedStatement statement, int parameter, List<IdRange> ranges)
            throws SQLException {
        statement.setArray(parameter, connection.createArrayOf("uuid", ranges.stream().map(IdRange::first).toArray()));
        statement.setArray(parameter + 1, connection.createArrayOf("uuid", ranges.stream().map(IdRange::last).toArray()));
    }

    /** Whether none of it is above {@code id}. */
    boolean isBelow(ChunkId id) {
        return new ChunkId(last).compareTo(id) <= 0;
    }
}
