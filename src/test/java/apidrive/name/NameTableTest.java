package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.chunk.EndedLeases;
import apidrive.chunk.PostgresEndedLeases;
import apidrive.sql.Database;
import apidrive.wire.NodeId;

/** What a node keeps of what it hears. */
class NameTableTest {
    private static final NameKey KEY = new NameKey("files", "a");
    private static final NameKey OTHER = new NameKey("files", "b");

    private final TestDatabase database = TestDatabase.migrated();
    private final NameTable table = new NameTable(new Database(database.runner()));
    private final NamePages pages = new NamePages(new Database(database.runner()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_record_comes_back_as_it_was_put() {
        NameRecord live = NameRecord.of(KEY, 5, object("one"), Map.of("größe", "12 \"cm\"", "", ""), NOON);
        NameRecord deleted = NameRecord.deleted(OTHER, 7, NOON);

        assertThat(table.put(List.of(live, deleted), Set.of(), NOON)).containsEntry(KEY, live).containsEntry(OTHER, deleted);
        assertThat(table.newest(List.of(KEY, OTHER))).containsEntry(KEY, live).containsEntry(OTHER, deleted).hasSize(2);
        assertThat(table.versions(KEY)).containsExactly(live);
    }

    @Test
    void for_whom_a_record_was_kept_has_ended_when_it_counts_no_more_unless_another_of_the_name_is_kept_for_him() {
        List<UUID> holders = new ArrayList<>();
        for (int version = 1; version <= 12; version++) {
            UUID holder = new UUID(7, version == 12 ? 2 : version);  // the second once more
            holders.add(holder);
            NameRecord record = NameRecord.of(KEY, version, object("content " + version), Map.of("said", "x"), NOON, Optional.of(holder));
            assertThat(table.put(List.of(record), Set.of(), NOON)).containsEntry(KEY, record);
        }
        assertThat(ended()).containsExactly(holders.get(0));
        assertThat(table.holders(List.of(KEY, OTHER)).keySet()).containsExactlyInAnyOrderElementsOf(holders.subList(1, 11));

        table.put(List.of(NameRecord.deleted(KEY, 20, NOON)), Set.of(), NOON);
        assertThat(ended()).containsExactlyInAnyOrderElementsOf(Set.copyOf(holders));
        UUID late = new UUID(8, 8);
        table.put(List.of(NameRecord.of(KEY, 19, object("late"), Map.of(), NOON, Optional.of(late))), Set.of(), NOON);
        assertThat(ended()).as("what comes below a deletion").contains(late);
    }

    @Test
    void a_record_of_a_name_of_which_nothing_was_known_is_written_once() {
        table.put(List.of(NameRecord.of(KEY, 5, object("one"), Map.of(), NOON)), Set.of(), NOON);
        assertThat(place(KEY)).isEqualTo("(0,1)");

        table.put(List.of(NameRecord.of(KEY, 6, object("two"), Map.of(), NOON)), Set.of(), NOON);
        assertThat(table.newest(List.of(KEY)).get(KEY).version()).isEqualTo(6);
    }

    @Test
    void calls_that_share_a_transaction_have_each_their_names_and_tell_each_its_own() {
        NameRecord first = NameRecord.of(KEY, 5, object("first"), Map.of(), NOON, Optional.of(new UUID(7, 1)));
        NameRecord deletion = NameRecord.deleted(KEY, 6, NOON);
        NameRecord other = NameRecord.of(OTHER, 3, object("other"), Map.of(), NOON);
        NodeId owed = new NodeId(new UUID(9, 9));

        assertThat(table.put(List.of(new NameTable.Told(List.of(first), Set.of()), new NameTable.Told(List.of(other), Set.of(owed)),
                new NameTable.Told(List.of(deletion), Set.of()), new NameTable.Told(List.of(other), Set.of())), NOON))
                .containsEntry(KEY, deletion).containsEntry(OTHER, other).hasSize(2);
        assertThat(table.versions(KEY)).containsExactly(deletion);
        assertThat(table.versions(OTHER)).containsExactly(other);
        assertThat(ended()).containsExactly(new UUID(7, 1));
        assertThat(new NameInventory(new Database(database.runner())).due(List.of(owed), NOON, 10))
                .containsExactly(new NameInventory.Debt(OTHER.id(), owed));
    }

    @Test
    void nobody_ends_when_a_name_is_handed_over() {
        NameRecord record = NameRecord.of(KEY, 1, object("one"), Map.of(), NOON, Optional.of(new UUID(7, 1)));
        table.put(List.of(record), Set.of(), NOON);
        table.release(List.of(record.mark()));

        assertThat(table.versions(KEY)).isEmpty();
        assertThat(ended()).isEmpty();
    }

    private List<UUID> ended() {
        return new PostgresEndedLeases(new Database(database.runner())).after(0, 100).stream().map(EndedLeases.Ended::holder).toList();
    }

    @Test
    void what_is_kept_follows_from_all_that_was_heard_and_not_from_its_order() {
        List<NameRecord> heard = new ArrayList<>();
        for (int version = 1; version <= 16; version++) {
            heard.add(NameRecord.of(KEY, version, object("content " + version), Map.of(), NOON));
        }
        heard.add(NameRecord.of(KEY, 16, object("content 3"), Map.of(), NOON));
        heard.add(NameRecord.of(KEY, 16, object("content 3"), Map.of("said", "more"), NOON));
        heard.add(NameRecord.deleted(KEY, 16, NOON));
        heard.add(NameRecord.deleted(KEY, 12, NOON));
        List<NameRecord> expected = null;
        for (int seed = 0; seed < 20; seed++) {
            database.execute("TRUNCATE apidrive.name");
            List<NameRecord> order = new ArrayList<>(heard);
            Collections.shuffle(order, new Random(seed));
            Random cut = new Random(seed);
            for (int from = 0; from < order.size();) {
                int to = Math.min(order.size(), from + 1 + cut.nextInt(4));
                table.put(order.subList(from, to), Set.of(), NOON);
                from = to;
            }
            List<NameRecord> kept = table.versions(KEY);
            expected = expected == null ? kept : expected;
            assertThat(kept).as("seed %d", seed).isEqualTo(expected);
            assertThat(table.newest(List.of(KEY))).containsEntry(KEY, kept.get(0));
            assertThat(database.number("SELECT count(*) FROM apidrive.name WHERE is_newest")).isOne();
        }
        assertThat(expected).as("three of the last version, and its deletion, below which nothing is").hasSize(4);
        assertThat(expected.get(3).isDeleted()).isTrue();
        for (int i = 1; i < expected.size(); i++) {
            assertThat(expected.get(i - 1).isAfter(expected.get(i))).as("Java and PostgreSQL agree").isTrue();
        }
    }

    @Test
    void what_is_released_goes_and_what_is_left_counts() {
        NameRecord old = NameRecord.of(KEY, 1, object("old"), Map.of(), NOON);
        NameRecord young = NameRecord.of(KEY, 2, object("young"), Map.of(), NOON);
        table.put(List.of(old, young), Set.of(), NOON);

        table.release(List.of(young.mark()));
        assertThat(table.newest(List.of(KEY))).containsEntry(KEY, old);
        table.release(List.of(old.mark()));
        assertThat(table.newest(List.of(KEY))).isEmpty();
    }

    @Test
    void a_list_begins_and_ends_with_its_prefix() {
        for (String name : List.of("a", "ab", "ab\uDBFF\uDFFF", "ab\uDBFF\uDFFFc", "abc", "ac", "b", "\uDBFF\uDFFF")) {
            table.put(List.of(NameRecord.of(new NameKey("list", name), 1, object(name), Map.of(), NOON)), Set.of(), NOON);
        }
        table.put(List.of(NameRecord.of(new NameKey("list-", "ab"), 1, object("else"), Map.of(), NOON)), Set.of(), NOON);

        assertThat(names("ab", "")).containsExactly("ab", "abc", "ab\uDBFF\uDFFF", "ab\uDBFF\uDFFFc");
        assertThat(names("ab", "abc")).containsExactly("ab\uDBFF\uDFFF", "ab\uDBFF\uDFFFc");
        assertThat(names("ab\uDBFF\uDFFF", "")).containsExactly("ab\uDBFF\uDFFF", "ab\uDBFF\uDFFFc");
        assertThat(names("\uDBFF\uDFFF", "")).containsExactly("\uDBFF\uDFFF");
        assertThat(names("", "b")).containsExactly("\uDBFF\uDFFF");
        assertThat(names("", "")).hasSize(8);
    }

    @Test
    void a_view_tells_what_names_take_and_what_of_it_is_shared() {
        table.put(List.of(NameRecord.of(KEY, 1, object("12345"), Map.of(), NOON), NameRecord.of(OTHER, 1, object("12345"), Map.of(), NOON),
                NameRecord.of(new NameKey("files", "c"), 1, object("123"), Map.of(), NOON),
                NameRecord.of(new NameKey("files", "c"), 2, object("1"), Map.of(), NOON)), Set.of(), NOON);

        assertThat(database.number("SELECT names FROM apidrive_view.namespaces")).isEqualTo(3);
        assertThat(database.number("SELECT logical_bytes FROM apidrive_view.namespaces")).isEqualTo(11);
        assertThat(database.number("SELECT content_bytes FROM apidrive_view.namespaces")).isEqualTo(6);
    }

    @Test
    void names_whose_end_has_come_are_told_in_the_order_of_their_ends_page_by_page() {
        List<NameRecord> over = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            over.add(ending("over " + (9 - i), NOON.minusSeconds(10 - i / 2)));
        }
        Collections.swap(over, 0, 1);  // of one end, by name
        Collections.swap(over, 2, 3);
        NameRecord now = ending("now", NOON);
        table.put(over, Set.of(), NOON);
        table.put(List.of(now, ending("later", NOON.plusSeconds(1)), NameRecord.of(KEY, 1, object("stays"), Map.of(), NOON),
                ending("put again", NOON.minusSeconds(5)), ending("deleted", NOON.minusSeconds(5))), Set.of(), NOON);
        table.put(List.of(NameRecord.of(new NameKey("files", "put again"), 2, object("stays"), Map.of(), NOON),
                NameRecord.deleted(new NameKey("files", "deleted"), 2, NOON)), Set.of(), NOON);
        over.add(now);

        List<NameRecord> told = new ArrayList<>(pages.over(Optional.empty(), NOON.plusMillis(999), 2));
        while (told.size() % 2 == 0) {
            List<NameRecord> page = pages.over(Optional.of(told.get(told.size() - 1)), NOON.plusMillis(999), 2);
            told.addAll(page);
            if (page.isEmpty()) {
                break;
            }
        }
        assertThat(told).isEqualTo(over);
    }

    @Test
    void names_that_do_not_end_by_themselves_are_not_read_for_those_that_do() throws Exception {
        List<NameRecord> many = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            many.add(NameRecord.of(new NameKey("files", "stays " + i), 1, object("stays"), Map.of(), NOON));
        }
        many.add(ending("over", NOON));
        table.put(many, Set.of(), NOON);
        database.execute("ANALYZE apidrive.name");

        String plan = new Database(database.runner()).autocommit(connection -> {
            try (PreparedStatement explain = connection.prepareStatement("EXPLAIN ANALYZE " + NamePages.OVER)) {
                explain.setString(1, NOON.toString());
                explain.setString(2, "");
                explain.setString(3, "");
                explain.setString(4, "");
                explain.setInt(5, 200);
                StringBuilder lines = new StringBuilder();
                try (ResultSet rows = explain.executeQuery()) {
                    while (rows.next()) {
                        lines.append(rows.getString(1)).append('\n');
                    }
                }
                return lines.toString();
            }
        });
        assertThat(plan).contains("name_by_end").containsPattern("actual[^\n]* rows=1 ").doesNotContain("Seq Scan", "Rows Removed");
    }

    private static NameRecord ending(String name, Instant end) {
        return NameRecord.of(new NameKey("files", name), 1, object(name), Map.of(), NOON, new Keeper(Optional.empty(), Optional.of(end)));
    }

    private List<String> names(String prefix, String after) {
        return pages.list("list", prefix, after, 100).stream().map(record -> record.key().name()).toList();
    }

    /** Where its row is: page and place within it. */
    private String place(NameKey key) {
        return new Database(database.runner()).autocommit(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT ctid::text FROM apidrive.name WHERE id = ?")) {
                statement.setObject(1, key.id().uuid());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getString(1);
                }
            }
        });
    }
}
