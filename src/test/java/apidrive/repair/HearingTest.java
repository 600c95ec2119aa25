package apidrive.repair;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.chunk.EndedLeases;
import apidrive.chunk.Lease;
import apidrive.chunk.PostgresClaims;
import apidrive.chunk.PostgresEndedLeases;
import apidrive.problem.Problem;
import apidrive.sql.Database;
import apidrive.wire.NodeId;

/** Holders that ended at another server, on a database of its own, while this one was not told. */
class HearingTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Lease MONTH = new Lease(Duration.ofDays(30));
    private static final NodeId OTHER = SmallNetwork.node(1);
    private static final UUID ANN = new UUID(1, 1);
    private static final UUID BOB = new UUID(2, 2);
    private static final UUID CAT = new UUID(3, 3);

    private final TestDatabase here = TestDatabase.migrated();
    private final TestDatabase there = TestDatabase.migrated();
    private final SmallNetwork network = new SmallNetwork();
    private final EndedLeases ended = new PostgresEndedLeases(new Database(here.runner()));
    private final EndedLeases endedThere = new PostgresEndedLeases(new Database(there.runner()));
    private final HolderShelf other = holders(there, endedThere);
    private final List<NodeId> asked = new ArrayList<>();
    private boolean isSilent;
    private Hearing hearing = hearing();

    @BeforeEach
    void meet() {
        network.away.addAll(List.of(SmallNetwork.node(2), SmallNetwork.node(3), SmallNetwork.node(4), SmallNetwork.node(5)));
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void who_ended_elsewhere_is_heard_of_with_the_time_of_its_end() {
        endedThere.note(List.of(ANN, BOB), NOON.minus(Duration.ofDays(3)), false);
        hearing.step(NOON);

        assertThat(ended.after(0, 10)).extracting(EndedLeases.Ended::holder).containsExactlyInAnyOrder(ANN, BOB);
        assertThat(ended.after(0, 10)).extracting(EndedLeases.Ended::at).containsOnly(NOON.minus(Duration.ofDays(3)));
        assertThat(ended.untold(10)).as("whoever was asked tells them itself").isEmpty();
    }

    @Test
    void a_server_is_asked_when_it_is_met_again_and_else_every_ten_minutes() {
        hearing.step(NOON);
        hearing.step(NOON.plusSeconds(599));
        assertThat(asked).hasSize(1);
        hearing.step(NOON.plusSeconds(600));
        assertThat(asked).hasSize(2);

        network.away.add(OTHER);
        hearing.step(NOON.plusSeconds(601));
        network.away.remove(OTHER);
        hearing.step(NOON.plusSeconds(602));
        assertThat(asked).hasSize(3);
    }

    @Test
    void what_a_server_did_not_answer_it_is_asked_again() {
        endedThere.note(List.of(ANN), NOON, false);
        isSilent = true;
        hearing.step(NOON);
        isSilent = false;
        hearing.step(NOON.plusSeconds(600));

        assertThat(heard()).containsExactly(ANN);
    }

    @Test
    void more_than_one_answer_holds_comes_in_several_without_a_pause() {
        there.execute("""
                INSERT INTO apidrive.ended_lease (holder, ended_at, heard_at, look_at)
                SELECT gen_random_uuid(), '%1$s', '%1$s', '%1$s' FROM generate_series(1, %2$d)""".formatted(NOON, HolderShelf.MOST + 500));
        hearing.step(NOON);
        assertThat(here.number("SELECT count(*) FROM apidrive.ended_lease")).isEqualTo(HolderShelf.MOST);
        hearing.step(NOON);

        assertThat(here.number("SELECT count(*) FROM apidrive.ended_lease")).isEqualTo(HolderShelf.MOST + 500);
        assertThat(here.number("SELECT max(number) FROM apidrive.ended_lease")).as("no number is drawn for what is known")
                .isEqualTo(HolderShelf.MOST + 500);
    }

    @Test
    void after_a_restart_a_server_is_asked_from_where_it_was_asked_last() {
        endedThere.note(List.of(ANN), NOON, false);
        there.execute("ALTER SEQUENCE apidrive.ended_lease_number_seq RESTART WITH 5000");
        endedThere.note(List.of(BOB), NOON, false);
        hearing.step(NOON);
        assertThat(heard()).containsExactlyInAnyOrder(ANN, BOB);

        here.execute("DELETE FROM apidrive.ended_lease");
        endedThere.note(List.of(CAT), NOON, false);
        hearing = hearing();
        hearing.step(NOON);
        assertThat(heard()).containsExactlyInAnyOrder(BOB, CAT);
    }

    @Test
    void a_server_whose_database_is_one_of_before_again_is_asked_from_the_beginning() {
        endedThere.note(List.of(ANN), NOON, false);
        there.execute("ALTER SEQUENCE apidrive.ended_lease_number_seq RESTART WITH 5000");
        endedThere.note(List.of(BOB), NOON, false);
        hearing.step(NOON);

        there.execute("DELETE FROM apidrive.ended_lease WHERE number >= 5000");
        there.execute("ALTER SEQUENCE apidrive.ended_lease_number_seq RESTART WITH 2");
        endedThere.note(List.of(CAT), NOON, false);
        hearing.step(NOON.plusSeconds(600));
        hearing.step(NOON.plusSeconds(600));
        assertThat(heard()).containsExactlyInAnyOrder(ANN, BOB, CAT);
        assertThat(here.number("SELECT number FROM apidrive.heard_end")).isEqualTo(2);
    }

    private Set<UUID> heard() {
        return ended.after(0, 10).stream().map(EndedLeases.Ended::holder).collect(toSet());
    }

    private Hearing hearing() {
        return new Hearing(new PostgresHeardEnds(new Database(here.runner())), network, holders(here, ended), node -> {
            asked.add(node);
            if (isSilent) {
                throw Problem.PEER_FAILED.because("no answer");
            }
            return other;
        });
    }

    private Holders holders(TestDatabase database, EndedLeases known) {
        return new Holders(network, known, new PostgresClaims(new Database(database.runner()))::renew, gone -> { }, MONTH, () -> NOON);
    }
}
