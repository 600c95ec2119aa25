package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MemberTableTest {
    private static final Duration HEAL = Duration.ofMinutes(10);
    private static final Duration FORGET = Duration.ofDays(7);
    private static final NodeId A = SimKeys.get(0).id();

    private final MemberTable table = new MemberTable(HEAL, FORGET);

    @Test
    void finds_what_was_announced() {
        table.announced(said(0, 5));

        Member member = table.find(A).orElseThrow();
        assertThat(member.announcement()).isEqualTo(said(0, 5));
        assertThat(member.observed()).isEqualTo(Observed.ALIVE);
        assertThat(member.placed()).isTrue();
        assertThat(table.find(SimKeys.get(1).id())).isEmpty();
    }

    @Test
    void the_higher_sequence_wins_in_any_order() {
        assertThat(table.announced(said(0, 5))).isTrue();
        assertThat(table.announced(said(0, 5))).isFalse();
        assertThat(table.announced(said(0, 4))).isFalse();
        assertThat(table.announced(said(0, 6))).isTrue();

        assertThat(table.sequence(A)).isEqualTo(6);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void tells_how_long_ago_by_its_own_clock() {
        table.announced(said(0, 1));
        after(Duration.ofSeconds(90));
        table.told(A, new Vitals(17, 0.5f));
        after(Duration.ofSeconds(100));

        Member member = table.find(A).orElseThrow();
        assertThat(member.since()).isEqualTo(Duration.ofSeconds(100));
        assertThat(member.heard()).contains(Duration.ofSeconds(10));
        assertThat(member.vitals()).contains(new Vitals(17, 0.5f));
    }

    @Test
    void the_dead_stay_placed_for_the_heal_delay_and_the_version_tells_when_they_go() {
        table.announced(said(0, 1));
        long version = table.version();
        table.observe(A, Observed.SUSPECT);
        table.observe(A, Observed.DEAD);
        after(HEAL);
        assertThat(table.find(A).orElseThrow().placed()).isTrue();
        assertThat(table.version()).isEqualTo(version);

        after(HEAL.plusSeconds(1));
        assertThat(table.find(A).orElseThrow().placed()).isFalse();
        assertThat(table.version()).isGreaterThan(version);

        version = table.version();
        table.announced(said(0, 2));
        assertThat(table.find(A).orElseThrow().placed()).isTrue();
        assertThat(table.version()).isGreaterThan(version);
    }

    @Test
    void who_is_read_only_draining_left_or_weightless_is_not_placed() {
        for (Declared declared : List.of(Declared.READ_ONLY, Declared.DRAINING, Declared.LEFT)) {
            MemberTable one = new MemberTable(HEAL, FORGET);
            one.announced(said(0, 1));
            long version = one.version();
            one.announced(Announcement.sign(SimKeys.get(0), "net", SimNode.profile(0).declaring(declared), 2));

            assertThat(one.find(A).orElseThrow().placed()).as("%s", declared).isFalse();
            assertThat(one.version()).isGreaterThan(version);
        }
        Profile told = SimNode.profile(1);
        table.announced(Announcement.sign(SimKeys.get(1), "net", new Profile(told.url(), "", "", 9, 0, false,
                Declared.ACTIVE, ""), 1));
        assertThat(table.find(SimKeys.get(1).id()).orElseThrow().placed()).isFalse();
    }

    @Test
    void a_refutation_that_says_the_same_leaves_the_placement_as_it_is() {
        table.announced(said(0, 1));
        long version = table.version();
        long revision = table.revision();
        table.announced(said(0, 2));

        assertThat(table.version()).isEqualTo(version);
        assertThat(table.revision()).isGreaterThan(revision);
    }

    @Test
    void the_long_dead_are_forgotten_and_only_a_higher_sequence_brings_them_back() {
        table.announced(said(0, 3));
        table.observe(A, Observed.DEAD);
        after(FORGET.plusSeconds(1));

        assertThat(table.find(A)).isEmpty();
        assertThat(table.size()).isZero();
        assertThat(table.page(NodeId.LOWEST, 10)).isEmpty();
        assertThat(table.announced(said(0, 3))).isFalse();
        assertThat(table.announced(said(0, 4))).isTrue();
        assertThat(table.find(A)).isPresent();
    }

    @Test
    void the_forgotten_are_dropped_at_last() {
        List<String> kept = new ArrayList<>();
        table.onChange((id, member) -> kept.add(member.map(m -> m.observed().name()).orElse("none")));
        table.announced(said(0, 3));
        table.observe(A, Observed.DEAD);
        assertThat(table.forget(A)).isTrue();
        assertThat(table.forget(A)).isFalse();
        after(FORGET.plusSeconds(1));

        assertThat(kept).containsExactly("ALIVE", "DEAD", "FORGOTTEN", "none");
        assertThat(table.announced(said(0, 1))).isTrue();
    }

    @Test
    void only_the_dead_and_the_left_can_be_forgotten_by_hand() {
        table.announced(said(0, 1));
        table.announced(Announcement.sign(SimKeys.get(1), "net", SimNode.profile(1).declaring(Declared.LEFT), 1));

        assertThat(table.forget(A)).isFalse();
        assertThat(table.forget(SimKeys.get(2).id())).isFalse();
        assertThat(table.forget(SimKeys.get(1).id())).isTrue();
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void what_was_kept_over_a_restart_is_as_old_as_it_was() {
        table.restore(said(0, 1).toBytes(), Observed.DEAD, HEAL.minusSeconds(1));
        table.restore(said(1, 1).toBytes(), Observed.SUSPECT, Duration.ZERO);
        assertThat(table.find(A).orElseThrow().placed()).isTrue();
        after(Duration.ofSeconds(2));

        assertThat(table.find(A).orElseThrow().placed()).isFalse();
        assertThat(table.find(SimKeys.get(1).id()).orElseThrow().observed()).isEqualTo(Observed.ALIVE);
    }

    @Test
    void agrees_with_a_sorted_map_after_thousands_of_changes() {
        SplittableRandom random = new SplittableRandom(1);
        Census census = new Census(1);
        TreeMap<NodeId, Observed> model = new TreeMap<>();
        Map<NodeId, Announcement> announcements = new HashMap<>();
        List<NodeId> ids = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            if (ids.isEmpty() || random.nextInt(3) > 0) {
                Announcement announcement = census.next();
                table.announced(announcement);
                ids.add(announcement.id());
                announcements.put(announcement.id(), announcement);
                model.put(announcement.id(), Observed.ALIVE);
            } else {
                NodeId id = ids.get(random.nextInt(ids.size()));
                Observed next = Observed.values()[random.nextInt(3)];
                table.observe(id, next);
                model.put(id, next);
            }
        }

        List<NodeId> listed = new ArrayList<>();
        for (List<Member> page = table.page(NodeId.LOWEST, 77); !page.isEmpty();
                page = table.page(listed.get(listed.size() - 1), 77)) {
            page.forEach(member -> listed.add(member.id()));
        }
        assertThat(listed).containsExactlyElementsOf(model.keySet());
        assertThat(model).allSatisfy((id, observed) -> {
            assertThat(table.find(id).map(Member::observed)).contains(observed);
            assertThat(table.find(id).map(Member::announcement)).contains(announcements.get(id));
        });
        for (Observed observed : Observed.values()) {
            assertThat((long) table.count(observed))
                    .isEqualTo(model.values().stream().filter(observed::equals).count());
        }
    }

    @Test
    void slots_are_used_again_and_ids_stay_apart() {
        Census census = new Census(2);
        for (int round = 0; round < 5; round++) {
            List<NodeId> ids = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Announcement announcement = census.next();
                table.put(announcement, Observed.DEAD, FORGET);
                ids.add(announcement.id());
            }
            assertThat(ids).allSatisfy(id -> assertThat(table.find(id)).isPresent());
            ids.forEach(table::forget);
            after(FORGET.multipliedBy(2 * round + 2));
            assertThat(ids).allSatisfy(id -> assertThat(table.sequence(id)).isEqualTo(-1));
        }
        assertThat(table.slots()).isEqualTo(500);
    }

    @Test
    void equal_tables_have_equal_digests_however_they_came_about() {
        MemberTable other = new MemberTable(HEAL, FORGET);
        for (int key = 0; key < 5; key++) {
            table.announced(said(key, 1));
            other.announced(said(4 - key, 1));
        }
        assertThat(table.digests()).isEqualTo(other.digests());

        table.observe(A, Observed.DEAD);
        assertThat(table.digests()).isNotEqualTo(other.digests());
        other.observe(A, Observed.SUSPECT);
        other.observe(A, Observed.DEAD);
        assertThat(table.digests()).isEqualTo(other.digests());

        table.forget(A);
        other.forget(A);
        assertThat(table.digests()).isEqualTo(other.digests());
    }

    @Test
    void a_hundred_thousand_members_take_less_than_300_bytes_each_and_join_within_120() {
        long before = MemberScale.heap();
        MemberScale.fill(table, 100_000, 1);

        assertThat(MemberScale.heap() - before).isLessThan(300 * 100_000L);
        assertThat(MemberScale.transfer(table)).isLessThan(120 * 100_000L);
    }

    private void after(Duration duration) {
        table.advance(duration.toNanos());
        table.sweep();
    }

    private static Announcement said(int key, long sequence) {
        return Announcement.sign(SimKeys.get(key), "net", SimNode.profile(key), sequence);
    }
}
