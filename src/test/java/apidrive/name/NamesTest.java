package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.WISH;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.chunk.EndedLeases;
import apidrive.chunk.PostgresEndedLeases;
import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;

/** Names on several nodes that come and go. */
class NamesTest {
    private static final NameKey KEY = new NameKey("files", "täglich/Plan №1.txt");
    private static final StoredObject ONE = object("one");
    private static final StoredObject OTHER = object("other");

    private final NameWorld world = new NameWorld(5);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void what_is_put_through_one_node_is_found_through_every_other_also_with_two_down() {
        NameRecord put = world.node(0).names.put(KEY, ONE, Map.of("colour", "red"), Mode.VERSIONED, WISH);

        assertThat(world.nodes.stream().filter(node -> node.keeps(KEY))).containsExactlyInAnyOrderElementsOf(world.holders(KEY));
        world.away.add(world.holders(KEY).get(0).id);
        world.away.add(world.holders(KEY).get(1).id);
        for (NameWorld.Node node : world.nodes) {
            assertThat(node.names.find(KEY)).contains(put);
        }
        assertThat(put.label()).isEqualTo(ONE.label());
        assertThat(put.metadata()).containsExactly(Map.entry("colour", "red"));
    }

    @Test
    void what_was_stored_is_named_by_its_hashes_at_once_unless_its_name_is_to_stay_another_object() {
        UUID holder = new UUID(7, 1);
        NameRecord put = world.node(0).names.putStored(KEY, ONE, Map.of(), Mode.IMMUTABLE, WISH, holder, Optional.empty()).record();

        assertThat(put.key()).isEqualTo(KEY);
        assertThat(put.holder()).contains(holder);
        HashNames.of(ONE.digests()).forEach(key -> assertThat(world.node(1).names.find(key).orElseThrow())
                .satisfies(hash -> assertThat(hash.root()).contains(ONE.root())).satisfies(hash -> assertThat(hash.holder()).isEmpty()));

        assertThatThrownBy(() -> world.node(0).names.putStored(KEY, OTHER, Map.of(), Mode.IMMUTABLE, WISH, holder, Optional.empty()))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem()).isEqualTo(Problem.NAME_TAKEN));
        HashNames.of(OTHER.digests()).forEach(key -> assertThat(world.node(1).names.find(key)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_name_that_is_deleted_while_it_is_put_is_not_put_again_for_a_holder_who_has_ended_with_it(boolean isPutMeanwhile) {
        put(0, OTHER);
        UUID holder = new UUID(7, 1);
        world.meanwhile = () -> {
            world.now = world.now.plusSeconds(1);
            world.node(1).names.delete(KEY, WISH);
            if (isPutMeanwhile) {
                put(1, OTHER);
            }
        };

        assertThatThrownBy(() -> world.node(0).names.putStored(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder, Optional.empty()))
                .hasFieldOrPropertyWithValue("problem", Problem.NAME_AWAY);
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("who may have ended").isEmpty();
        assertThat(world.node(0).names.putStored(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, new UUID(7, 2), Optional.empty()).record()
                .holder()).contains(new UUID(7, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 15})
    void whom_a_name_was_kept_for_is_not_named_again_above_a_deletion_that_was_on_its_way(int slow) {
        UUID holder = new UUID(7, 1);
        world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder);
        world.now = world.now.plusSeconds(10);
        world.node(1).slow = Duration.ofSeconds(slow);
        world.meanwhile = () -> world.node(1).names.delete(KEY, WISH);

        world.node(0).names.put(KEY, ONE, Map.of("colour", "red"), Mode.VERSIONED, WISH);
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("who has ended with the name").isEmpty();
    }

    @Test
    void nor_is_who_names_it_for_the_same_holder_once_more() {
        UUID holder = new UUID(7, 1);
        world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder);
        world.now = world.now.plusSeconds(10);
        world.node(1).slow = Duration.ofSeconds(5);
        world.meanwhile = () -> world.node(1).names.delete(KEY, WISH);

        assertThatThrownBy(() -> world.node(0).names.put(KEY, ONE, Map.of("colour", "red"), Mode.VERSIONED, WISH, holder))
                .hasFieldOrPropertyWithValue("problem", Problem.NAME_AWAY);
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("who has ended with the name").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 15})
    void a_name_that_is_deleted_while_the_same_is_said_once_more_is_for_whoever_claims_it_anew(int slow) {
        UUID holder = new UUID(7, 1);
        world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder);
        world.now = world.now.plusSeconds(10);
        world.node(1).slow = Duration.ofSeconds(slow);
        world.meanwhile = () -> world.node(1).names.delete(KEY, WISH);

        assertThat(world.node(0).names.putSame(KEY, ONE, Map.of("colour", "red"), WISH, Optional.empty())).isEmpty();
        assertThat(world.node(2).names.find(KEY)).isEmpty();
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("who has ended with the name").isEmpty();
    }

    @Test
    void a_name_that_means_the_object_already_says_more_of_it_for_the_same_holder() {
        UUID holder = new UUID(7, 1);
        Map<String, String> red = Map.of("colour", "red");
        assertThat(world.node(0).names.putSame(KEY, ONE, red, WISH, Optional.empty())).as("it means nothing").isEmpty();
        NameRecord first = world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder);
        assertThat(world.node(1).names.putSame(KEY, OTHER, red, WISH, Optional.empty())).as("it means another").isEmpty();

        Names.Change change = world.node(1).names.putSame(KEY, ONE, red, WISH, Optional.of(Duration.ofDays(1))).orElseThrow();
        assertThat(change.before()).contains(first);
        assertThat(world.node(2).names.find(KEY)).contains(change.record());
        assertThat(change.record()).returns(red, NameRecord::metadata).returns(Optional.of(holder), NameRecord::holder)
                .satisfies(record -> assertThat(record.until()).isPresent());
        assertThat(world.node(2).names.putSame(KEY, ONE, red, WISH, Optional.of(Duration.ofDays(1)))).map(Names.Change::record)
                .as("nothing more is said").contains(change.record());
        assertThat(world.node(2).names.putSame(KEY, ONE, red, WISH, Optional.of(Duration.ofHours(1)))).isPresent();
        for (Optional<Duration> longer : List.of(Optional.<Duration>empty(), Optional.of(Duration.ofDays(1)))) {
            assertThat(world.node(2).names.putSame(KEY, ONE, red, WISH, longer)).as("his claims may end before").isEmpty();
        }
    }

    @Test
    void nor_is_who_was_overtaken_while_he_named_it() {
        UUID holder = new UUID(7, 1);
        world.meanwhile = () -> {
            world.now = world.now.plusSeconds(1);
            put(1, OTHER);
            world.now = world.now.plusSeconds(10);
            world.node(1).slow = Duration.ofSeconds(5);
            world.meanwhile = after(NameWorld.COPIES - 1, () -> world.node(1).names.delete(KEY, WISH));
        };

        assertThatThrownBy(() -> world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, holder))
                .hasFieldOrPropertyWithValue("problem", Problem.NAME_AWAY);
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("who may have ended").isEmpty();
    }

    /** Passes over so many records that are about to be kept. */
    private Runnable after(int records, Runnable then) {
        return records == 0 ? then : () -> world.meanwhile = after(records - 1, then);
    }

    @Test
    void an_immutable_name_that_another_is_first_with_is_no_refusal_once_some_server_has_it_for_the_holder() {
        UUID holder = new UUID(7, 1);
        world.meanwhile = () -> {
            world.now = world.now.plusSeconds(1);
            world.node(1).names.put(KEY, OTHER, Map.of(), Mode.IMMUTABLE, WISH);
        };

        assertThatThrownBy(() -> world.node(0).names.put(KEY, ONE, Map.of(), Mode.IMMUTABLE, WISH, holder))
                .hasFieldOrPropertyWithValue("problem", Problem.NAME_AWAY);
        assertThat(world.node(2).names.wanted(List.of(holder)).holders()).as("it is kept for him as a version of before").contains(holder);
        assertThatThrownBy(() -> world.node(0).names.put(KEY, ONE, Map.of(), Mode.IMMUTABLE, WISH, new UUID(7, 2)))
                .hasFieldOrPropertyWithValue("problem", Problem.NAME_TAKEN);
    }

    @Test
    void a_new_name_is_new_also_where_another_of_the_same_bytes_was_put_meanwhile() {
        StoredObject sameAsOne = new StoredObject(ONE.root(), ONE.size(), ONE.digests(), Label.of("text/plain", "other.txt"), ONE.expiresAt());
        world.meanwhile = () -> {
            world.now = world.now.plusSeconds(1);
            world.node(1).names.putStored(new NameKey("files", "other"), sameAsOne, Map.of(),
                    Mode.VERSIONED, WISH, new UUID(7, 1), Optional.empty());
        };

        assertThat(world.node(0).names.putStored(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, new UUID(7, 2), Optional.empty()).before())
                .isEmpty();
        assertThat(world.node(0).names.putStored(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, new UUID(7, 3), Optional.empty()).before())
                .isPresent();
    }

    @Test
    void names_that_many_put_at_the_same_time_are_each_kept() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Future<NameRecord>> puts = IntStream.range(0, 200).mapToObj(number -> clients.submit(() -> world.node(number % 2).names
                    .put(new NameKey("many", "" + number / 2), object("content " + number), Map.of(), Mode.VERSIONED, WISH))).toList();
            for (Future<NameRecord> put : puts) {
                put.get(30, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
        for (int number = 0; number < 100; number++) {
            NameKey key = new NameKey("many", "" + number);
            Optional<NameRecord> found = world.node(2).names.find(key);
            assertThat(found.orElseThrow().digests().sha1()).isIn(object("content " + 2 * number).digests().sha1(),
                    object("content " + (2 * number + 1)).digests().sha1());
            world.holders(key).forEach(holder -> assertThat(holder.names.find(key)).isEqualTo(found));
        }
    }

    @Test
    void a_name_can_be_put_and_found_while_two_of_its_holders_are_down() {
        world.away.add(world.holders(KEY).get(0).id);
        world.away.add(world.holders(KEY).get(1).id);
        NameRecord put = put(0, ONE);

        world.nodes.stream().filter(node -> !world.away.contains(node.id))
                .forEach(node -> assertThat(node.names.find(KEY)).contains(put));
        assertThat(world.nodes.stream().filter(node -> node.keeps(KEY))).as("others stand in").hasSize(3);
    }

    @Test
    void too_few_nodes_are_no_success_and_nobody_who_answers_is_no_answer() {
        world.nodes.stream().skip(1).forEach(node -> world.away.add(node.id));
        assertThatThrownBy(() -> put(0, ONE)).isInstanceOfSatisfying(ProblemException.class,
                refused -> assertThat(refused.problem()).isEqualTo(Problem.NAME_AWAY));

        world.lying.addAll(world.away);
        world.away.clear();
        world.now = NOON.plus(Duration.ofHours(1));
        NameKey elsewhere = world.keyElsewhereThan(world.node(0));
        assertThat(world.node(0).names.find(elsewhere)).as("this node itself answers").isEmpty();
    }

    @Test
    void who_was_away_is_told_once_he_is_back() {
        NameWorld.Node late = world.holders(KEY).get(0);
        world.away.add(late.id);
        NameRecord put = put(0, ONE);
        world.away.clear();
        assertThat(late.keeps(KEY)).isFalse();

        world.nodes.forEach(node -> node.delivery.step(world.now));
        assertThat(late.table.newest(List.of(KEY))).containsEntry(KEY, put);
        world.nodes.forEach(node -> assertThat(node.inventory.creditors()).isEmpty());
    }

    @Test
    void a_name_is_not_owed_to_whoever_has_left_for_good() {
        NameWorld.Node gone = world.holders(KEY).get(0);
        world.away.add(gone.id);
        put(0, ONE);
        gone.isDraining = true;
        world.place();

        world.nodes.forEach(node -> node.cleaning.step(world.now));
        world.nodes.forEach(node -> assertThat(node.inventory.creditors()).isEmpty());
    }

    @Test
    void reading_mends_a_holder_that_is_behind() {
        NameWorld.Node behind = world.holders(KEY).get(1);
        put(0, ONE);
        world.away.add(behind.id);
        world.now = world.now.plusSeconds(1);
        NameRecord newer = put(0, OTHER);
        world.away.clear();

        assertThat(world.node(0).names.find(KEY)).contains(newer);
        assertThat(behind.table.newest(List.of(KEY))).containsEntry(KEY, newer);
    }

    @Test
    void a_transaction_that_calls_share_keeps_a_thousand_names_at_most_for_each_takes_a_lock() throws Exception {
        List<CompletableFuture<List<Long>>> kept = IntStream.range(0, 128).mapToObj(call -> world.node(0).own.keep(IntStream.range(0,
                NameShelf.MOST).mapToObj(number -> NameRecord.of(new NameKey("files", call + "/" + number), 1, ONE, Map.of(), NOON))
                .toList(), Set.of())).toList();

        for (CompletableFuture<List<Long>> one : kept) {
            assertThat(one.get(60, TimeUnit.SECONDS)).hasSize(NameShelf.MOST);
        }
        assertThat(world.node(0).database.number("SELECT max(names) FROM (SELECT count(*) AS names FROM apidrive.name "
                + "GROUP BY xmin::text) AS transaction")).isBetween((long) NameShelf.MOST, 1_024L);
    }

    @Test
    void an_immutable_name_refuses_another_content_and_takes_the_same_again() {
        NameRecord first = world.node(0).names.put(KEY, ONE, Map.of(), Mode.IMMUTABLE, WISH);
        world.now = world.now.plusSeconds(1);

        assertThat(world.node(1).names.put(KEY, ONE, Map.of(), Mode.IMMUTABLE, WISH)).isEqualTo(first);
        assertThatThrownBy(() -> world.node(1).names.put(KEY, OTHER, Map.of(), Mode.IMMUTABLE, WISH))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem()).isEqualTo(Problem.NAME_TAKEN));
        world.node(2).names.delete(KEY, WISH);
        assertThat(world.node(1).names.put(KEY, OTHER, Map.of(), Mode.IMMUTABLE, WISH).root()).contains(OTHER.root());
    }

    @Test
    void the_last_ten_versions_are_kept_and_a_deletion_ends_them() {
        List<NameRecord> put = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            world.now = world.now.plusSeconds(1);
            put.add(0, put(i % 5, object("version " + i)));
        }
        assertThat(world.node(3).names.versions(KEY)).isEqualTo(put.subList(0, 10));

        assertThat(world.node(4).names.delete(KEY, WISH)).contains(put.get(0));
        assertThat(world.node(4).names.delete(KEY, WISH)).isEmpty();
        assertThat(world.node(0).names.find(KEY)).isEmpty();
        assertThat(world.node(0).names.findRecord(KEY)).hasValueSatisfying(record -> assertThat(record.isDeleted()).isTrue());
        assertThat(world.node(0).names.versions(KEY)).hasSize(1);
    }

    @Test
    void an_author_whose_clock_is_behind_still_has_the_last_word() {
        put(0, ONE);
        world.node(1).slow = Duration.ofMinutes(30);
        put(1, OTHER);
        assertThat(world.node(2).names.find(KEY).orElseThrow().root()).contains(OTHER.root());

        world.node(1).names.delete(KEY, WISH);
        assertThat(world.node(2).names.find(KEY)).isEmpty();
    }

    @Test
    void a_version_more_than_a_day_ahead_is_refused() {
        NameRecord ahead = NameRecord.of(KEY, Clock.micros(NOON.plus(Duration.ofHours(25))), ONE, Map.of(), NOON);
        assertThat(world.node(0).own.keep(List.of(ahead), Set.of())).isCompletedExceptionally();

        NameWorld.Node confused = world.holders(KEY).get(0);
        confused.table.put(List.of(ahead), Set.of(), NOON);
        NameWorld.Node asking = world.nodes.stream().filter(node -> !world.holders(KEY).contains(node)).findFirst().orElseThrow();
        assertThat(asking.names.find(KEY)).as("what one server says of the day after tomorrow").isEmpty();
    }

    @Test
    void of_two_who_put_at_the_same_time_one_counts_everywhere() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<?>> puts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                puts.add(CompletableFuture.runAsync(() -> put(number % 5, object("content " + number)), threads));
            }
            CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)).get();
        } finally {
            threads.shutdownNow();
        }
        world.nodes.forEach(NameWorld.Node::compareAll);

        List<NameRecord> versions = world.node(0).names.versions(KEY);
        assertThat(versions).hasSize(10);
        world.holders(KEY).forEach(holder -> assertThat(holder.table.versions(KEY)).isEqualTo(versions));
        world.holders(KEY).forEach(holder -> assertThat(holder.database.number("SELECT count(*) FROM apidrive.name WHERE is_newest")).isOne());
    }

    @Test
    void a_node_that_lost_its_table_takes_all_that_belongs_to_it_from_the_others() {
        List<NameKey> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(new NameKey("files", "name " + i));
            world.node(i % 5).names.put(keys.get(i), object("content " + i), Map.of(), Mode.VERSIONED, new Wish(3, 3));
        }
        NameWorld.Node node = world.node(2);
        Map<NameKey, NameRecord> before = node.table.newest(keys);
        assertThat(before).isNotEmpty();
        node.database.execute("TRUNCATE apidrive.name");

        node.compareAll();
        assertThat(node.table.newest(keys)).isEqualTo(before);
    }

    @Test
    void a_deletion_is_not_undone_by_a_server_that_missed_it() {
        NameWorld.Node late = world.holders(KEY).get(2);
        put(0, ONE);
        world.away.add(late.id);
        world.now = world.now.plusSeconds(1);
        world.node(0).names.delete(KEY, WISH);
        world.away.clear();
        world.nodes.forEach(node -> node.database.execute("TRUNCATE apidrive.name_owed"));
        assertThat(late.table.newest(List.of(KEY)).get(KEY).isDeleted()).as("it knows nothing of that").isFalse();

        world.nodes.forEach(NameWorld.Node::compareAll);
        world.holders(KEY).forEach(holder -> assertThat(holder.table.newest(List.of(KEY)).get(KEY).isDeleted()).isTrue());
    }

    @Test
    void deletions_are_forgotten_after_sixty_days_by_all() {
        put(0, ONE);
        world.node(0).names.delete(KEY, WISH);
        world.now = NOON.plus(Duration.ofDays(59));
        world.nodes.forEach(node -> node.cleaning.step(world.now));
        assertThat(world.holders(KEY)).allMatch(node -> node.keeps(KEY));

        world.now = NOON.plus(Duration.ofDays(61));
        world.holders(KEY).get(0).cleaning.step(world.now);
        world.nodes.forEach(NameWorld.Node::compareAll);
        assertThat(world.holders(KEY).get(0).keeps(KEY)).as("it is not brought back by those who still know it").isFalse();
    }

    @Test
    void a_new_server_gets_its_share_and_the_others_let_go_of_it() {
        List<NameKey> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            keys.add(new NameKey("files", "name " + i));
            world.node(i % 5).names.put(keys.get(i), object("content " + i), Map.of(), Mode.VERSIONED, new Wish(3, 3));
        }
        NameWorld.Node sixth = world.join();
        for (NameKey key : keys) {
            assertThat(sixth.names.find(key)).as("while nothing has moved").isPresent();
        }
        world.nodes.forEach(NameWorld.Node::compareAll);
        world.nodes.forEach(node -> node.handover.step(world.now));

        for (NameKey key : keys) {
            assertThat(world.nodes.stream().filter(node -> node.keeps(key))).containsExactlyInAnyOrderElementsOf(world.holders(key));
        }
    }

    @Test
    void a_name_is_found_while_all_that_keep_it_are_leaving_and_have_handed_nothing_over() {
        NameRecord put = put(0, ONE);
        world.holders(KEY).forEach(node -> node.isDraining = true);
        world.place();

        for (NameWorld.Node node : world.nodes) {
            assertThat(node.names.find(KEY)).contains(put);
        }
    }

    @Test
    void a_draining_node_hands_over_what_only_it_has_and_says_when_it_is_done() {
        NameWorld.Node leaving = world.holders(KEY).get(0);
        put(0, ONE);
        world.holders(KEY).stream().skip(1).forEach(node -> node.database.execute("TRUNCATE apidrive.name"));
        leaving.isDraining = true;
        world.place();
        NameWorld.Node down = world.holders(KEY).get(0);
        world.away.add(down.id);

        leaving.handover.step(world.now);
        leaving.handover.step(world.now.plusSeconds(11));
        assertThat(leaving.handover.drain()).isEqualTo(new NameHandover.Drain(1, false));
        world.away.clear();
        leaving.handover.step(world.now.plusSeconds(22));
        assertThat(leaving.handover.drain()).isEqualTo(new NameHandover.Drain(0, true));
        assertThat(world.holders(KEY)).allMatch(node -> node.keeps(KEY));
        assertThat(leaving.keeps(KEY)).as("it lets nothing go").isTrue();
    }

    @Test
    void a_list_has_the_names_of_all_servers_in_order_and_says_who_did_not_answer() {
        List<String> names = List.of("a", "a/b", "a/c", "ab", "b", "Ω", "\uFFFD", "\uD83D\uDE00");
        for (int i = 0; i < names.size(); i++) {
            world.node(i % 5).names.put(new NameKey("list", names.get(i)), object(names.get(i)), Map.of(), Mode.VERSIONED, new Wish(3, 3));
        }
        world.node(0).names.delete(new NameKey("list", "ab"), new Wish(3, 3));

        assertThat(listed(1, "", Optional.empty(), 100).entries()).containsExactly("a", "a/b", "a/c", "b", "Ω", "\uFFFD", "\uD83D\uDE00");
        assertThat(listed(1, "a/", Optional.empty(), 100).entries()).containsExactly("a/b", "a/c");
        List<String> paged = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            NamePage<String> page = listed(2, "", after, 2);
            assertThat(page.silent()).isEmpty();
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(2);
            paged.addAll(page.entries());
            after = page.next();
        } while (after.isPresent() && paged.size() < 100);
        assertThat(paged).containsExactly("a", "a/b", "a/c", "b", "Ω", "\uFFFD", "\uD83D\uDE00");

        world.lying.add(world.node(3).id);
        world.lying.add(world.node(4).id);
        NamePage<String> page = listed(0, "", Optional.empty(), 100);
        assertThat(page.entries()).as("each is on three of five").hasSize(7);
        assertThat(page.silent()).containsExactlyInAnyOrder(world.node(3).id, world.node(4).id);
    }

    @Test
    void of_a_name_whose_end_has_come_no_list_tells_nor_of_one_put_anew_without_what_it_meant_before() {
        Optional<Duration> lifetime = Optional.of(Duration.ofDays(1));
        world.node(0).names.put(new NameKey("list", "ending"), ONE, Map.of(), Mode.VERSIONED, WISH, Optional.empty(), lifetime);
        world.node(0).names.put(new NameKey("list", "anew"), ONE, Map.of(), Mode.VERSIONED, WISH, Optional.empty(), lifetime);
        world.now = NOON.plusSeconds(1);
        world.node(1).names.put(new NameKey("list", "anew"), object("another"), Map.of(), Mode.VERSIONED, WISH);
        assertThat(listed(2, "", Optional.empty(), 100).entries()).containsExactly("anew", "ending");
        world.now = NOON.plus(Duration.ofDays(1));
        assertThat(listed(2, "", Optional.empty(), 100).entries()).containsExactly("anew");
    }

    @Test
    void an_object_is_found_by_every_hash_of_its_bytes_and_by_no_other() {
        world.node(0).names.putHashes(ONE, WISH);
        for (String hash : List.of(ONE.digests().sha1(), ONE.digests().sha256(), ONE.digests().sha512())) {
            NameKey key = HashNames.parse(hash.toUpperCase()).orElseThrow();
            world.nodes.forEach(node -> assertThat(node.names.find(key).orElseThrow().root()).contains(ONE.root()));
        }
        NameKey wrong = HashNames.parse(OTHER.digests().sha1()).orElseThrow();
        assertThatThrownBy(() -> world.node(0).names.put(wrong, ONE, Map.of(), Mode.VERSIONED, WISH)).isInstanceOf(ProblemException.class);
    }

    @Test
    void what_has_a_name_is_renewed_by_the_first_holder_that_answers_and_hashes_go_with_their_object() {
        NameRecord put = put(0, ONE);
        world.node(0).names.putHashes(OTHER, WISH);
        world.away.add(world.holders(KEY).get(0).id);
        List<ChunkId> renewed = new ArrayList<>();
        Duration lifetime = Duration.ofDays(30);
        world.now = NOON.plus(lifetime);
        for (NameWorld.Node node : world.nodes) {
            node.keeping(lifetime, renewed::add, object -> true).step(world.now);
        }
        assertThat(renewed).containsExactly(put.object().orElseThrow());
        NameKey hash = HashNames.of(OTHER.digests()).get(0);
        assertThat(world.node(0).names.find(hash)).as("an upload may be about to end").isPresent();

        world.away.clear();
        world.now = world.now.plusSeconds(1);
        world.nodes.forEach(node -> node.keeping(lifetime, object -> true, object -> false).step(world.now));
        assertThat(world.node(0).names.find(hash)).as("it is still kept").isPresent();
        world.nodes.forEach(node -> node.keeping(lifetime, object -> true, object -> true).step(world.now));
        assertThat(world.node(0).names.find(hash)).isEmpty();
        assertThat(world.node(0).names.find(KEY)).as("a name that somebody gave stays").contains(put);
    }

    @Test
    void a_name_that_is_put_again_is_kept_for_whom_it_was_unless_it_means_another_object() {
        Names names = world.node(0).names;
        UUID first = new UUID(1, 1);
        UUID second = new UUID(2, 2);
        assertThat(names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, first).holder()).contains(first);
        assertThat(names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, second).holder()).as("it says the same").contains(first);
        assertThat(names.put(KEY, ONE, Map.of("more", "said"), Mode.VERSIONED, WISH).holder()).contains(first);
        assertThat(names.put(KEY, OTHER, Map.of(), Mode.VERSIONED, WISH).holder()).isEmpty();
        assertThat(names.put(KEY, OTHER, Map.of(), Mode.VERSIONED, WISH, second).holder()).as("nobody kept it").contains(second);
        assertThat(names.putHashes(ONE, WISH, first, Optional.empty()).holder()).contains(first);
        names.putHashes(ONE, WISH);
        assertThat(names.find(HashNames.sha256(ONE.digests().sha256())).orElseThrow().holder()).contains(first);
        assertThat(names.find(HashNames.of(ONE.digests()).get(0)).orElseThrow().holder()).isEmpty();
    }

    @Test
    void what_is_claimed_for_a_name_is_held_for_all_its_versions_and_no_tree_is_read() {
        Names names = world.node(0).names;
        UUID first = new UUID(1, 1);
        UUID second = new UUID(2, 2);
        UUID hashed = new UUID(3, 3);
        names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH, first);
        names.put(KEY, OTHER, Map.of(), Mode.VERSIONED, WISH, second);
        names.putHashes(ONE, WISH, hashed, Optional.empty());
        world.nodes.forEach(node -> node.keeping(Duration.ofDays(30), object -> {
            throw new AssertionError("renewed by its tree: " + object);
        }, object -> false).step(world.now));

        assertThat(world.held).containsExactlyInAnyOrder(first, second, hashed);
    }

    @Test
    void a_name_lives_for_the_time_that_was_chosen_and_then_all_that_keep_it_have_it_as_deleted() {
        UUID holder = new UUID(1, 1);
        NameRecord put = put(KEY, ONE, holder, Duration.ofMinutes(10));
        world.now = NOON.plus(Duration.ofMinutes(10)).minusMillis(1);
        world.nodes.forEach(NameWorld.Node::endOver);
        assertThat(world.node(1).names.find(KEY)).contains(put);
        assertThat(world.node(1).names.list("files", "", Optional.empty(), 10).entries()).contains(put);

        world.now = put.until().orElseThrow();
        assertThat(world.now).isEqualTo(NOON.plus(Duration.ofMinutes(10)));
        assertThat(world.node(1).names.find(KEY)).as("before it is deleted").isEmpty();
        assertThat(world.node(1).names.list("files", "", Optional.empty(), 10).entries()).isEmpty();
        world.nodes.forEach(NameWorld.Node::endOver);
        NameRecord end = NameRecord.deleted(KEY, Clock.micros(world.now), world.now);
        List<NameWorld.Node> keepers = world.nodes.stream().filter(node -> node.keeps(KEY)).toList();
        assertThat(keepers).hasSize(NameWorld.COPIES).allSatisfy(node -> {
            assertThat(node.table.versions(KEY)).containsExactly(end);
            assertThat(new PostgresEndedLeases(new Database(node.database.runner())).after(0, 9)).extracting(EndedLeases.Ended::holder)
                    .containsExactly(holder);
        });
    }

    @Test
    void a_name_that_was_put_again_before_its_end_is_not_ended_by_whoever_knew_the_other_record() {
        NameRecord first = put(KEY, ONE, new UUID(1, 1), Duration.ofMinutes(10));
        world.now = NOON.plus(Duration.ofMinutes(9));
        NameRecord second = world.node(0).names.put(KEY, ONE, Map.of(), Mode.VERSIONED, WISH);
        assertThat(second.until()).as("whoever says no time means none").isEmpty();
        assertThat(second.holder()).isEqualTo(first.holder());
        world.now = NOON.plus(Duration.ofMinutes(11));

        assertThat(world.node(0).names.end(first, WISH)).isFalse();
        world.nodes.forEach(NameWorld.Node::endOver);
        assertThat(world.node(1).names.find(KEY)).contains(second);
    }

    @Test
    void what_is_at_its_end_can_be_put_anew_also_under_an_immutable_name() {
        put(KEY, ONE, new UUID(1, 1), Duration.ofMinutes(10));
        world.now = NOON.plus(Duration.ofMinutes(10));
        Names names = world.node(0).names;
        NameRecord other = names.put(KEY, OTHER, Map.of(), Mode.IMMUTABLE, WISH, new UUID(2, 2));
        world.nodes.forEach(NameWorld.Node::endOver);

        assertThat(names.find(KEY)).contains(other);
    }

    @Test
    void nobody_is_held_beyond_the_end_that_was_chosen() {
        UUID brief = new UUID(1, 1);
        UUID lasting = new UUID(2, 2);
        put(KEY, ONE, brief, Duration.ofHours(1));
        put(KEY, OTHER, lasting, Duration.ofDays(90));
        hold();
        assertThat(world.left).containsEntry(brief, Duration.ofHours(1)).containsEntry(lasting, Duration.ofDays(30));

        world.now = NOON.plus(Duration.ofHours(1));
        world.left.clear();
        hold();
        assertThat(world.left).as("an earlier version that is at its end").containsOnlyKeys(lasting);
    }

    @Test
    void of_those_who_store_the_same_bytes_the_longest_time_counts_and_whoever_gives_them_a_name_changes_nothing() {
        Names names = world.node(0).names;
        NameKey hash = HashNames.sha256(ONE.digests().sha256());
        UUID first = new UUID(1, 1);
        UUID second = new UUID(2, 2);
        names.putHashes(ONE, WISH, first, Optional.of(Duration.ofHours(2)));
        assertThat(names.putHashes(ONE, WISH, second, Optional.of(Duration.ofHours(1))).holder()).as("not needed").contains(first);
        names.putHashes(ONE, WISH);
        assertThat(names.find(hash).orElseThrow().until()).contains(NOON.plus(Duration.ofHours(2)));
        assertThat(names.putHashes(ONE, WISH, second, Optional.of(Duration.ofHours(3))))
                .satisfies(record -> assertThat(record.holder()).contains(second))
                .satisfies(record -> assertThat(record.until()).contains(NOON.plus(Duration.ofHours(3))));

        names.putHashes(ONE, WISH, new UUID(3, 3), Optional.empty());
        assertThat(names.putHashes(ONE, WISH, new UUID(4, 4), Optional.of(Duration.ofHours(9))))
                .satisfies(record -> assertThat(record.holder()).contains(new UUID(3, 3)))
                .satisfies(record -> assertThat(record.until()).isEmpty());
    }

    private NameRecord put(NameKey key, StoredObject object, UUID holder, Duration lifetime) {
        return world.node(0).names.put(key, object, Map.of(), Mode.VERSIONED, new Wish(3, 3), Optional.of(holder), Optional.of(lifetime)).record();
    }

    private void hold() {
        world.nodes.forEach(node -> node.keeping(Duration.ofDays(30), object -> true, object -> false).step(world.now));
    }

    @Test
    void renewal_goes_on_where_it_was_held_up() {
        List<NameRecord> put = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            NameKey key = new NameKey("files", "name " + (10 + i));
            put.add(world.node(0).names.put(key, object("content " + i), Map.of(), Mode.VERSIONED, new Wish(3, 3)));
        }
        NameWorld.Node only = world.node(0);
        world.nodes.stream().skip(1).forEach(node -> world.away.add(node.id));
        List<ChunkId> renewed = new ArrayList<>();
        NameKeeping keeping = only.keeping(Duration.ofDays(30), object -> renewed.size() % 2 == 0 && renewed.add(object), object -> false);
        keeping.step(world.now);
        int first = renewed.size();
        renewed.add(null);
        keeping.step(world.now);

        List<ChunkId> kept = put.stream().filter(record -> only.keeps(record.key())).map(record -> record.object().orElseThrow()).toList();
        assertThat(first).isOne();
        assertThat(renewed).startsWith(kept.get(0), null, kept.get(1));
    }

    private NameRecord put(int node, StoredObject object) {
        return world.node(node).names.put(KEY, object, Map.of(), Mode.VERSIONED, WISH);
    }

    /** A page as a node puts it together of records, and of names alone. */
    private NamePage<String> listed(int node, String prefix, Optional<String> after, int limit) {
        NamePage<String> names = world.node(node).names.texts("list", prefix, after, limit);
        assertThat(world.node(node).names.list("list", prefix, after, limit).map(record -> true, NameRecord::text)).isEqualTo(names);
        return names;
    }
}
