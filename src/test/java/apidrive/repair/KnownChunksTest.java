package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

class KnownChunksTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final NodeId OSLO = new NodeId(new UUID(7, 1));
    private static final NodeId PORTO = new NodeId(new UUID(7, 2));
    private static final NodeId ROME = new NodeId(new UUID(7, 3));

    /** What was told, in the order in which it came. */
    private static final class Told implements Consumer<KnownChunks.Group> {
        private final List<KnownChunks.Group> groups = new ArrayList<>();

        @Override
        public void accept(KnownChunks.Group group) {
            groups.add(group);
        }
    }

    private TestDatabase database;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void those_together_of_which_the_same_is_known() {
        keep("a1", 3, "NULL", "13:00");
        keep("a2", 3, "NULL", "13:00");
        keep("a3", 2, "NULL", "13:00");
        keep("b1", 3, "NULL", "13:00");

        assertThat(told(4)).containsExactlyInAnyOrder(group(0xa, Set.of(), Set.of(), 3, 2), group(0xa, Set.of(), Set.of(), 2, 1),
                group(0xb, Set.of(), Set.of(), 3, 1));
    }

    @Test
    void of_what_lacks_copies_who_needs_one_and_who_is_known_to_have_one_whether_it_is_kept_here_or_not() {
        keep("a1", 3, "NULL", "13:00");
        need("a1", OSLO, "{}");
        keep("a2", 3, "NULL", "13:00");
        need("a2", OSLO, "{" + ROME + "}");
        need("a2", PORTO, "{" + ROME + "}");
        need("a3", OSLO, "{" + ROME + "," + PORTO + "}");

        assertThat(told(4)).containsExactlyInAnyOrder(group(0xa, Set.of(OSLO), Set.of(), 3, 1),
                group(0xa, Set.of(OSLO, PORTO), Set.of(ROME), 3, 1), group(0xa, Set.of(OSLO), Set.of(ROME, PORTO), null, 1));
    }

    @Test
    void what_has_ended_or_is_damaged_is_not_kept() {
        keep("a0", 3, "NULL", "11:59");
        keep("a1", 3, "NULL", "12:00");
        keep("a2", 3, "'2026-03-01T11:00Z'", "13:00");
        keep("a3", 3, "'2026-03-01T11:00Z'", "13:00");
        need("a3", OSLO, "{" + ROME + "}");

        assertThat(told(4)).containsExactly(group(0xa, Set.of(OSLO), Set.of(ROME), null, 1));
    }

    @Test
    void all_of_them_where_they_are_more_than_are_read_at_once() {
        database.execute("INSERT INTO apidrive.chunk (id, stored_at, expires_at, epoch, size, digest, copies) "
                + "SELECT (lpad(to_hex(i), 5, '0') || repeat('0', 27))::uuid, '2026-03-01Z', '2026-03-02Z', 1, 1, sha256(''), 3 "
                + "FROM generate_series(1, 3500) AS i");

        assertThat(told(20)).hasSize(3_500).allMatch(group -> group.chunks() == 1).extracting(group -> group.part().value())
                .doesNotHaveDuplicates();
        assertThat(told(4)).containsExactly(group(0, Set.of(), Set.of(), 3, 3_500));
    }

    private List<KnownChunks.Group> told(int bits) {
        return new KnownChunks(new Database(database.runner())).tell(bits, NOON, Told::new).groups;
    }

    private static KnownChunks.Group group(int part, Set<NodeId> nodes, Set<NodeId> sources, Integer copies, long chunks) {
        return new KnownChunks.Group(new IdPrefix(4, part), nodes, sources, Optional.ofNullable(copies), chunks);
    }

    private void keep(String begin, int copies, String damagedAt, String until) {
        database.execute("INSERT INTO apidrive.chunk (id, stored_at, expires_at, damaged_at, epoch, size, digest, copies) VALUES ('"
                + id(begin) + "', '2026-03-01Z', '2026-03-01T" + until + "Z', " + damagedAt + ", 1, 1, sha256(''), " + copies + ")");
    }

    private void need(String begin, NodeId node, String sources) {
        database.execute("INSERT INTO apidrive.heal (chunk, node, sources, made_at, due_at) VALUES ('" + id(begin) + "', '" + node
                + "', '" + sources + "', '2026-03-01Z', '2026-03-01Z')");
    }

    private static String id(String begin) {
        return begin + "000000-0000-8000-8000-000000000000";
    }
}
