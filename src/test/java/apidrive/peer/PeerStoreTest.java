package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.NodeId;

class PeerStoreTest {
    private final TestDatabase database = TestDatabase.migrated();
    private final PeerStore store = new PeerStore(new Database(database.runner()));

    private record Saved(byte[] announcement, Observed observed, Duration since) {
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void of_several_that_start_at_once_one_makes_the_key_and_all_have_it() {
        List<CompletableFuture<PeerStore.Own>> all = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(store::own)).toList();
        List<NodeId> ids = all.stream().map(one -> one.join().key().id()).distinct().toList();

        assertThat(ids).hasSize(1);
        assertThat(store.own().key().id()).isEqualTo(ids.get(0));
        assertThat(database.number("SELECT count(*) FROM apidrive.node WHERE id = '" + ids.get(0) + "'")).isEqualTo(1);
    }

    @Test
    void the_sequence_only_grows_and_the_declared_state_is_kept() {
        store.own();
        store.announced(7);
        store.announced(3);
        store.declare(Declared.READ_ONLY);

        assertThat(store.own().sequence()).isEqualTo(7);
        assertThat(store.own().declared()).isEqualTo(Declared.READ_ONLY);
        assertThat(store.declared()).isEqualTo(Declared.READ_ONLY);
    }

    @Test
    void members_come_back_as_saved_and_older_the_longer_the_node_was_away() {
        Member alive = member(1, Observed.ALIVE, Declared.ACTIVE);
        Member dead = member(2, Observed.DEAD, Declared.DRAINING);
        store.save("net", List.of(alive, dead), List.of());
        database.execute("UPDATE apidrive.peer SET since = since - interval '1 hour' WHERE observed = 'dead'");

        Map<NodeId, Saved> read = read("net");
        assertThat(read).containsOnlyKeys(alive.id(), dead.id());
        assertThat(read.get(alive.id()).announcement()).isEqualTo(alive.announcement().toBytes());
        assertThat(read.get(alive.id()).observed()).isEqualTo(Observed.ALIVE);
        assertThat(read.get(alive.id()).since()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
        assertThat(read.get(dead.id()).since()).isBetween(Duration.ofSeconds(3_660), Duration.ofSeconds(3_720));
        assertThat(store.someUrls("net", 5)).startsWith(alive.profile().url()).contains(dead.profile().url());
    }

    @Test
    void what_is_gone_is_deleted_an_older_word_changes_nothing_and_another_networks_list_is_left_behind() {
        Member first = member(1, Observed.ALIVE, Declared.ACTIVE);
        store.save("net", List.of(first), List.of());
        Member older = new Member(first.announcement(), Observed.DEAD, Duration.ZERO, Optional.empty(), Optional.empty(), false);
        database.execute("UPDATE apidrive.peer SET sequence = 99");
        store.save("net", List.of(older), List.of());
        assertThat(read("net").get(first.id()).observed()).isEqualTo(Observed.ALIVE);

        store.save("net", List.of(), List.of(first.id()));
        assertThat(read("net")).isEmpty();
        store.save("net", List.of(first), List.of());
        assertThat(read("other")).isEmpty();
        assertThat(read("net")).isEmpty();
    }

    private Map<NodeId, Saved> read(String network) {
        Map<NodeId, Saved> read = new HashMap<>();
        store.each(network, (id, announcement, observed, since) -> read.put(id, new Saved(announcement, observed, since)));
        return read;
    }

    private static Member member(int number, Observed observed, Declared declared) {
        Profile profile = new Profile(URI.create("http://server" + number + ".example"), "zone", "group", 10, 10, true, declared,
                "1.0");
        return new Member(Announcement.sign(NodeKey.generate(new SecureRandom()), "net", profile, 5), observed,
                Duration.ofSeconds(60), Optional.empty(), Optional.empty(), true);
    }
}
