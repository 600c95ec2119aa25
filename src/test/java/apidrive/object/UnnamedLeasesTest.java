package apidrive.object;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.NAME_AWAY;
import static apidrive.problem.Problem.NAME_TAKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.name.Names;
import apidrive.problem.ProblemException;
import apidrive.sql.Database;
import apidrive.wire.Digest;
import apidrive.wire.NodeId;

/** Uploads whose holders no name keeps yet, many at the same time. */
class UnnamedLeasesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant AFTERWARDS = NOON.plus(Duration.ofHours(2));

    private final TestDatabase database = TestDatabase.migrated();
    private final Database rows = new Database(database.runner());
    private final List<UUID> ended = Collections.synchronizedList(new ArrayList<>());
    private final Set<UUID> named = new HashSet<>();
    private final Set<UUID> afterwards = new HashSet<>();  // are named once anybody was asked
    private final Set<NodeId> silent = new HashSet<>();
    private Instant now = NOON;
    private final UnnamedLeases leases = new UnnamedLeases(rows, ended::addAll, this::wanted, () -> now);

    @AfterEach
    void close() {
        leases.close();
        database.close();
    }

    @Test
    void who_is_named_never_ends_and_his_object_is_known_when_that_returns() {
        UnnamedLeases.Unnamed upload = leases.begin();
        assertThat(upload.<String>name(holder -> new Named<>("named", Optional.of(holder)), Optional.of(object(1))))
                .isEqualTo("named");
        upload.close();

        assertThat(new ObjectTable(rows).find(object(1).id())).contains(object(1));
        assertThat(leases.endDue(AFTERWARDS, 100)).isZero();
        assertThat(ended).isEmpty();
    }

    @Test
    void who_is_not_named_or_not_needed_ends_at_once_and_who_is_left_ends_when_his_time_is_over() {
        UnnamedLeases.Unnamed failed = leases.begin();
        UnnamedLeases.Unnamed second = leases.begin();
        UnnamedLeases.Unnamed killed = leases.begin();
        failed.close();
        second.name(holder -> new Named<>("for another", Optional.of(new UUID(7, 7))), Optional.empty());
        assertThat(ended).containsExactly(failed.holder(), second.holder());

        leases.close();  // so that what is noted is there
        assertThat(leases.endDue(NOON, 100)).isZero();
        assertThat(leases.endDue(AFTERWARDS, 100)).isEqualTo(1);
        assertThat(ended).last().isEqualTo(killed.holder());
        assertThat(leases.endDue(AFTERWARDS, 100)).isZero();
    }

    @Test
    void who_is_refused_a_name_ends_at_once() {
        UnnamedLeases.Unnamed refused = leases.begin();
        fails(refused, NAME_TAKEN.because("it means another"));

        assertThat(ended).containsExactly(refused.holder());
        assertThat(leases.endDue(AFTERWARDS, 100)).isZero();
    }

    @Test
    void of_those_whose_naming_failed_or_whose_node_died_those_end_that_no_name_keeps() {
        UnnamedLeases.Unnamed unnamed = leases.begin();
        fails(unnamed, NAME_AWAY.because("two servers are away"));
        UnnamedLeases.Unnamed halfNamed = leases.begin();
        fails(halfNamed, NAME_AWAY.because("one server is away"));
        UnnamedLeases.Unnamed killed = leases.begin();
        named.add(halfNamed.holder());
        leases.close();  // so that what is noted is there

        assertThat(leases.endDue(NOON, 100)).isZero();
        assertThat(ended).isEmpty();
        assertThat(leases.endDue(AFTERWARDS, 100)).isEqualTo(3);
        assertThat(ended).containsExactlyInAnyOrder(unnamed.holder(), killed.holder());
        assertThat(leases.endDue(AFTERWARDS.plus(Duration.ofDays(1)), 100)).isZero();
    }

    @Test
    void nobody_ends_while_a_server_is_silent_that_may_keep_his_name() {
        silent.add(new NodeId(new UUID(5, 5)));
        UnnamedLeases.Unnamed unknown = leases.begin();
        UnnamedLeases.Unnamed known = leases.begin();
        named.add(known.holder());
        leases.close();  // so that what is noted is there
        assertThat(leases.endDue(AFTERWARDS, 100)).as("the others are to wait as well").isZero();
        assertThat(ended).isEmpty();
        assertThat(database.number("SELECT count(*) FROM apidrive.unnamed_lease")).as("who is named is left to his name").isOne();

        silent.clear();
        assertThat(leases.endDue(AFTERWARDS, 100)).as("it was put off").isZero();
        assertThat(leases.endDue(AFTERWARDS.plus(Duration.ofMinutes(10)), 100)).isEqualTo(1);
        assertThat(ended).containsExactly(unknown.holder());
    }

    @Test
    void who_is_to_end_is_asked_for_twice_since_his_name_may_be_on_its_way_from_one_server_to_another() {
        UnnamedLeases.Unnamed handedOver = leases.begin();
        leases.close();  // so that what is noted is there
        afterwards.add(handedOver.holder());

        assertThat(leases.endDue(AFTERWARDS, 100)).isEqualTo(1);
        assertThat(ended).isEmpty();
        assertThat(leases.endDue(AFTERWARDS, 100)).isZero();
    }

    @Test
    void who_waits_longest_is_seen_to_first_and_nobody_before_the_clock_of_the_database_says_so() {
        UnnamedLeases.Unnamed first = leases.begin();
        leases.close();
        database.execute("INSERT INTO apidrive.unnamed_lease (holder, until) VALUES ('%s', now() + interval '1 hour'), ('%s', '%s')"
                .formatted(new UUID(1, 1), new UUID(2, 2), NOON.minusSeconds(1)));

        assertThat(leases.endDue(Instant.now().plus(Duration.ofHours(2)), 1)).isEqualTo(1);
        assertThat(ended).containsExactly(new UUID(2, 2));
        leases.endDue(Instant.now().plus(Duration.ofHours(2)), 100);
        assertThat(ended).containsExactly(new UUID(2, 2), first.holder());
    }

    @Test
    void an_upload_that_stood_still_for_so_long_that_it_may_have_ended_does_not_go_on() {
        UnnamedLeases.Unnamed slow = leases.begin();
        now = NOON.plus(Duration.ofMinutes(29));
        slow.goOn();
        UnnamedLeases.Unnamed suspended = leases.begin();
        now = now.plus(Duration.ofMinutes(31));

        assertThatThrownBy(suspended::goOn).hasFieldOrPropertyWithValue("problem", BUSY);
        assertThatThrownBy(() -> suspended.name(holder -> fail("it may have ended"), Optional.empty()))
                .hasFieldOrPropertyWithValue("problem", BUSY);
    }

    @Test
    void uploads_of_one_content_at_the_same_time_are_all_named() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> uploads = new ArrayList<>();
            IntStream.range(0, 200).forEach(number -> uploads.add(clients.submit(() -> {
                try (UnnamedLeases.Unnamed upload = leases.begin()) {
                    upload.name(holder -> new Named<>(number, Optional.of(holder)), Optional.of(object(number % 3)));
                }
            })));
            for (Future<?> upload : uploads) {
                upload.get(30, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(leases.endDue(AFTERWARDS, 1_000)).isZero();
        IntStream.range(0, 3).forEach(number -> assertThat(new ObjectTable(rows).find(object(number).id())).isPresent());
        assertThat(ended).isEmpty();
    }

    private static void fails(UnnamedLeases.Unnamed upload, ProblemException failure) {
        assertThatThrownBy(() -> {
            try (upload) {
                upload.name(holder -> {
                    throw failure;
                }, Optional.empty());
            }
        }).isSameAs(failure);
    }

    private Names.Wanted wanted(List<UUID> asked) {
        Set<UUID> wanted = asked.stream().filter(named::contains).collect(Collectors.toSet());
        named.addAll(afterwards);
        return new Names.Wanted(wanted, silent);
    }

    private static StoredObject object(int number) {
        byte[] bytes = ("object " + number).getBytes(StandardCharsets.UTF_8);
        ObjectDigests digests = ObjectDigests.of(new byte[20], Digest.of(bytes).bytes(), new byte[64]);
        return new StoredObject(Digest.of(bytes), number, digests, Label.NONE, AFTERWARDS);
    }
}
