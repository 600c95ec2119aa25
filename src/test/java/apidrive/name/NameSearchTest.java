package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.WISH;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.name.NameQuery.Kind;
import apidrive.problem.ProblemException;
import apidrive.sql.Database;

/** What is found of names by other things than a whole one. */
class NameSearchTest {
    private static final Instant EVER = Instant.parse("9999-12-31T00:00:00Z");
    private static final int MANY = 45_000;

    private static NameWorld world;
    private static TestDatabase many;  // rows in three namespaces, and as many hashes

    @BeforeAll
    static void start() {
        world = new NameWorld(4);
        many = TestDatabase.migrated();
        for (String name : List.of("'files-' || i % 3, 'name-' || lpad(i::text, 6, '0')",
                "'sha256', encode(sha256(i::text::bytea), 'hex')")) {
            many.execute("""
                    INSERT INTO apidrive.name (id, version, sum, is_newest, namespace, name, digest, size, sha1, sha256, sha512,
                                               media_type, file_name, metadata, made_at)
                    SELECT gen_random_uuid(), i, i, true, %s, sha256(('root ' || i)::bytea), i %% 1000,
                           substr(sha256(i::text::bytea), 1, 20), sha256(i::text::bytea), sha512(i::text::bytea), 'text/plain',
                           'file ' || i, '{}', '2026-03-02'
                      FROM generate_series(1, %d) AS i""".formatted(name, MANY));
        }
        many.execute("VACUUM ANALYZE apidrive.name");
    }

    @AfterAll
    static void stop() {
        world.close();
        many.close();
    }

    @BeforeEach
    void empty() {
        world.nodes.forEach(node -> node.database.execute("TRUNCATE apidrive.name, apidrive.name_owed"));
        world.away.clear();
        world.lying.clear();
        world.now = NOON;
    }

    @Test
    void names_are_found_through_any_node_by_their_beginning_in_all_namespaces() {
        put(0, "photos", "cat 1.jpg", "one", Map.of());
        put(1, "photos", "dog.jpg", "two", Map.of());
        put(2, "letters", "cat.txt", "three", Map.of());
        put(3, "archive", "ca", "four", Map.of());
        for (NameWorld.Node node : world.nodes) {
            assertThat(all(node, NameQuery.of(Kind.NAMES, "cat"), 256)).containsExactly("letters/cat.txt", "photos/cat 1.jpg");
            assertThat(all(node, NameQuery.of(Kind.NAMES, ""), 1)).as("one at a time")
                    .containsExactly("archive/ca", "letters/cat.txt", "photos/cat 1.jpg", "photos/dog.jpg");
        }
    }

    @Test
    void each_object_is_found_once_by_the_beginning_of_its_file_name() {
        named("winter.mp4", "one");
        named("winter 2.mp4", "two");
        named("summer.mp4", "three");
        assertThat(world.node(3).names.search(NameQuery.of(Kind.OBJECTS, "winter"), NamePlace.START, 9).records())
                .extracting(record -> record.label().fileName().orElseThrow()).containsExactlyInAnyOrder("winter.mp4", "winter 2.mp4");
        assertThat(all(world.node(3), NameQuery.of(Kind.OBJECTS, ""), 2)).hasSize(3).allMatch(name -> name.startsWith("sha256/"));
    }

    @Test
    void they_are_found_by_size_by_date_and_by_metadata() {
        put(0, "files", "a", "1", Map.of("camera", "X100"));
        world.now = NOON.plus(Duration.ofDays(1));
        put(1, "files", "b", "22", Map.of("camera", "X200"));
        world.now = NOON.plus(Duration.ofDays(2));
        put(2, "files", "c", "333", Map.of("größe", "12 \"cm\""));
        NameWorld.Node node = world.node(3);

        assertThat(all(node, sized(2, 2), 9)).containsExactly("files/b");
        assertThat(all(node, sized(2, Long.MAX_VALUE), 9)).containsExactly("files/b", "files/c");
        assertThat(all(node, made(NOON.plusSeconds(1), EVER), 9)).containsExactly("files/b", "files/c");
        assertThat(all(node, made(Instant.EPOCH, NOON.plus(Duration.ofDays(1))), 9)).containsExactly("files/a");
        assertThat(all(node, said("camera", null), 9)).containsExactly("files/a", "files/b");
        assertThat(all(node, said("camera", "X200"), 9)).containsExactly("files/b");
        assertThat(all(node, said("größe", "12 \"cm\""), 9)).containsExactly("files/c");
        assertThat(all(node, said("camera", "x200"), 9)).isEmpty();
    }

    @Test
    void the_names_of_an_object_are_found_without_its_hashes() {
        put(0, "files", "a", "same", Map.of());
        put(1, "more", "b", "same", Map.of());
        put(2, "files", "c", "other", Map.of());
        named("a", "same");
        assertThat(all(world.node(3), NameQuery.meaning(object("same").root()), 1)).containsExactly("files/a", "more/b");
    }

    @Test
    void what_only_a_server_finds_that_has_not_heard_of_the_change_is_not_found() {
        NameKey key = new NameKey("files", "a");
        put(0, "files", "a", "old", Map.of());
        NameWorld.Node late = world.holders(key).get(0);
        world.away.add(late.id);
        NameWorld.Node other = world.nodes.stream().filter(node -> node != late).findFirst().orElseThrow();
        other.names.put(key, object("new one"), Map.of(), Mode.VERSIONED, WISH);
        world.away.clear();
        assertThat(late.table.newest(List.of(key)).get(key).root()).contains(object("old").root());

        assertThat(all(other, sized(3, 3), 9)).isEmpty();
        assertThat(all(other, sized(7, 7), 9)).containsExactly("files/a");
        other.names.delete(key, WISH);
        assertThat(all(other, NameQuery.of(Kind.NAMES, ""), 9)).isEmpty();
    }

    @Test
    void servers_that_are_away_are_told() {
        put(0, "files", "a", "one", Map.of());
        world.lying.add(world.node(3).id);
        assertThat(world.node(0).names.search(NameQuery.of(Kind.NAMES, ""), NamePlace.START, 9).silent()).containsExactly(world.node(3).id);
    }

    @Test
    void a_query_that_does_not_hold_together_is_malformed() {
        assertThatThrownBy(() -> sized(-1, 5)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> sized(6, 5)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> made(NOON, NOON.minusSeconds(1))).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> NameQuery.of(Kind.NAMES, "\0")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> new NamePlace("files", "\ud800")).isInstanceOf(ProblemException.class);
    }

    @Test
    void among_many_rows_one_call_reads_no_more_than_it_may_and_all_calls_find_everything() {
        NameSearch search = new NameSearch(new Database(many.runner()));
        NameFindings first = search.search(sized(77, 77), NamePlace.START, 50);
        assertThat(first.next()).as("it stopped on the way").isPresent();

        List<String> found = new ArrayList<>();
        int calls = 0;
        for (Optional<NamePlace> after = Optional.of(NamePlace.START); after.isPresent(); calls++) {
            NameFindings some = search.search(sized(77, 77), after.get(), 50);
            some.records().forEach(record -> found.add(record.key().toString()));
            after = some.next();
        }
        assertThat(found).hasSize(MANY / 1_000).doesNotHaveDuplicates().isSorted();
        assertThat(calls).isBetween(MANY / NameSearch.ROWS, 2 * MANY / NameSearch.ROWS);
        assertThat(search.search(NameQuery.of(Kind.NAMES, "name-012345"), NamePlace.START, 50).next())
                .as("the beginning of a name is found at once").isEmpty();
    }

    @Test
    void each_statement_reads_by_an_index_made_for_it_and_the_names_of_an_object_take_no_scan() throws Exception {
        String some = plan(NameSearch.SOME, "sha256", "", "", "\uffff", NameSearch.ROWS);
        String among = plan(NameSearch.AMONG, "sha256", "", "", "\uffff", "3", "", 77L, 77L,
                NOON.atOffset(ZoneOffset.UTC), EVER.atOffset(ZoneOffset.UTC), null, null, null, null, null, 50);
        String meaning = plan(NameSearch.MEANING, object("x").root().bytes(), "", "", 256);
        assertThat(List.of(some, plan(NameSearch.NAMESPACE, "files"))).allMatch(plan -> plan.contains("using name_by_name on"))
                .noneMatch(plan -> plan.contains("Seq Scan") || plan.contains("Sort"));
        assertThat(among).contains("name_by_name", "name <= ").doesNotContain("Seq Scan");
        assertThat(meaning).contains("using name_by_object on").doesNotContain("Seq Scan", "Sort");
    }

    private static String plan(String sql, Object... values) throws SQLException {
        try (Connection connection = many.runner().getConnection();
             PreparedStatement statement = connection.prepareStatement("EXPLAIN " + sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    /** All that a search finds, in calls of {@code limit}. */
    private static List<String> all(NameWorld.Node node, NameQuery query, int limit) {
        List<String> found = new ArrayList<>();
        for (Optional<NamePlace> after = Optional.of(NamePlace.START); after.isPresent();) {
            NameFindings some = node.names.search(query, after.get(), limit);
            some.records().forEach(record -> found.add(record.key().toString()));
            after = some.next();
        }
        return found;
    }

    private static void put(int node, String namespace, String name, String content, Map<String, String> metadata) {
        world.node(node).names.put(new NameKey(namespace, name), object(content), metadata, Mode.VERSIONED, WISH);
    }

    private static void named(String fileName, String content) {
        StoredObject object = object(content);
        world.node(0).names.putHashes(new StoredObject(object.root(), object.size(), object.digests(), Label.of("video/mp4", fileName),
                NOON), WISH);
    }

    private static NameQuery sized(long least, long most) {
        return new NameQuery(Kind.NAMES, "", least, most, Instant.EPOCH, EVER, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static NameQuery made(Instant from, Instant before) {
        return new NameQuery(Kind.NAMES, "", 0, Long.MAX_VALUE, from, before, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static NameQuery said(String key, String value) {
        return new NameQuery(Kind.NAMES, "", 0, Long.MAX_VALUE, Instant.EPOCH, EVER, Optional.of(key), Optional.ofNullable(value),
                Optional.empty());
    }
}
