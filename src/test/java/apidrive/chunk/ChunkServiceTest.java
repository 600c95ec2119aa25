package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.puts;
import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.CHUNK_DELETED;
import static apidrive.problem.Problem.CHUNK_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.problem.ProblemException;
import apidrive.repair.HealQueue;
import apidrive.repair.MemoryHealQueue;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What a service does for peers, and how that meets what users see of its caches. */
class ChunkServiceTest {
    private static final ChunkId A = chunk("a").id();
    private static final Instant END = NOON.plus(MONTH.lifetime());

    private final MemoryHealQueue heals = new MemoryHealQueue();
    private final MemoryChunkStore memory = new MemoryChunkStore(1_000, heals);
    private final HeldChunkStore store = new HeldChunkStore(memory);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Instant now = NOON;
    private final ChunkService service = new ChunkService(store, memory, () -> now, MONTH,
            new ChunkService.Bounds(1, 64, Duration.ofSeconds(20), 2, 2, 64, 1_000_000), metrics);

    @AfterEach
    void close() {
        store.letAllThrough();
        service.close();
    }

    @Test
    void users_stores_are_timed_whoever_took_them_and_copies_that_are_made_are_not() {
        service.keep(ofUser("a")).join();
        service.keep(Put.ofPeer(chunk("b"), 3, END)).join();

        assertThat(metrics.get("apidrive.store").timer().count()).isEqualTo(1);
    }

    @Test
    void a_store_says_how_many_copies_are_wanted_and_what_is_owed_is_noted() {
        NodeId node = new NodeId(new UUID(1, 1));
        service.keep(Put.ofUser(chunk("b"), 5, List.of(node))).join();

        assertThat(service.retrieve(chunk("b").id()).copies()).isEqualTo(5);
        assertThat(heals.take(END, 10, Duration.ZERO)).extracting(HealQueue.Task::need)
                .containsExactly(new HealQueue.Need(chunk("b").id(), node, Set.of()));
    }

    @Test
    void peers_copies_share_a_transaction_and_each_hears_what_became_of_its_own() throws Exception {
        memory.bury(List.of(new Tombstone(chunk("buried").id(), END.plus(MONTH.lifetime()))));
        store.hold();
        CompletableFuture<PutResult> user = service.keep(ofUser("a user's"));
        store.awaitPut();
        List<CompletableFuture<PutResult>> kept = Stream.of(Put.ofPeer(chunk("a"), 3, END.minusSeconds(9)),
                Put.ofPeer(chunk("buried"), 3, END), Put.ofPeer(chunk("over"), 3, NOON)).map(service::keep).toList();
        store.letAllThrough();

        assertThat(user.get(20, TimeUnit.SECONDS).expiresAt()).isEqualTo(END);
        assertThat(kept.get(0).get(20, TimeUnit.SECONDS)).isEqualTo(PutResult.kept(END.minusSeconds(9)));
        assertThat(kept.get(1).get(20, TimeUnit.SECONDS).refusal()).contains(CHUNK_DELETED);
        assertThat(kept.get(2).get(20, TimeUnit.SECONDS).refusal()).contains(CHUNK_NOT_FOUND);
        assertThat(store.puts()).containsExactly(1, 3);
    }

    @Test
    void peers_copies_beyond_what_the_queue_takes_are_refused_one_by_one() throws Exception {
        store.hold();
        service.keep(ofUser("a user's"));
        store.awaitPut();
        List<CompletableFuture<PutResult>> kept = IntStream.range(0, 66)
                .mapToObj(i -> service.keep(Put.ofPeer(chunk("copy " + i), 3, END))).toList();

        assertThat(kept.subList(64, 66)).allSatisfy(one -> assertThatThrownBy(one::join).cause()
                .isInstanceOfSatisfying(ProblemException.class, busy -> assertThat(busy.problem()).isEqualTo(BUSY)));
        store.letAllThrough();
        for (CompletableFuture<PutResult> one : kept.subList(0, 64)) {
            assertThat(one.get(20, TimeUnit.SECONDS).refusal()).isEmpty();
        }
    }

    @Test
    void peers_who_read_renew_nothing_and_leave_the_cache_to_users() {
        memory.put(puts(chunk("a"), chunk("b")), MONTH.from(NOON));
        now = NOON.plus(Duration.ofDays(10));
        for (int i = 0; i < 2; i++) {
            assertThat(service.copies(List.of(A, chunk("never").id()))).containsOnlyKeys(A);
        }

        assertThat(store.gets()).as("ids read anew each time").containsExactly(2, 2);
        service.renewals().step(now);
        assertThat(service.retrieve(A).expiresAt()).isEqualTo(now.plus(MONTH.lifetime()));
        assertThat(service.copies(List.of(A)).get(A).stored().expiresAt()).as("what users renewed is told")
                .isEqualTo(now.plus(MONTH.lifetime()));
        assertThat(memory.held(List.of(A), now).get(0).expiresAt()).isEqualTo(END);
    }

    @Test
    void a_lease_that_a_peer_keeps_longer_is_told_at_once_of_what_is_cached_too_and_is_bounded() {
        memory.put(puts(chunk("a"), chunk("b")), MONTH.from(NOON));
        service.retrieve(List.of(A, chunk("b").id()));
        now = NOON.plus(Duration.ofHours(10));
        service.merge(List.of(new Held(A, 7, END.plusSeconds(60)), new Held(chunk("b").id(), 1, END.plus(Duration.ofDays(900)))));

        assertThat(service.retrieve(A)).extracting(StoredChunk::copies, StoredChunk::expiresAt)
                .containsExactly(7, END.plusSeconds(60));
        assertThat(service.retrieve(chunk("b").id())).extracting(StoredChunk::copies, StoredChunk::expiresAt)
                .containsExactly(3, now.plus(MONTH.lifetime()));
        assertThat(memory.held(List.of(A, chunk("b").id()), now)).extracting(Held::expiresAt)
                .containsExactly(END.plusSeconds(60), now.plus(MONTH.lifetime()));
    }

    @Test
    void a_cached_chunk_whose_lease_ran_out_is_not_brought_back_by_merging() {
        memory.put(puts(chunk("a")), MONTH.from(NOON));
        service.copies(List.of(A));
        service.find(A);
        now = END;
        service.merge(List.of(new Held(A, 3, END.plusSeconds(60))));

        assertThat(service.find(A)).isEmpty();
    }

    @Test
    void what_is_deleted_stays_so_for_two_lifetimes_and_no_cache_gives_it_back() throws Exception {
        service.keep(ofUser("a")).join();
        service.retrieve(A);

        assertThat(service.delete(A)).isTrue();
        assertThat(service.delete(A)).isFalse();
        assertThat(service.find(A)).isEmpty();
        assertThat(memory.tombstones(List.of(IdPrefix.ALL), new ChunkId(new UUID(0, 0)), 10, NOON))
                .containsExactly(new Tombstone(A, NOON.plus(MONTH.lifetime().multipliedBy(2))));
        assertThat(service.keep(Put.ofPeer(chunk("a"), 3, END)).get(20, TimeUnit.SECONDS).refusal())
                .contains(CHUNK_DELETED);
        service.keep(ofUser("a")).join();
        assertThat(service.find(A)).isPresent();
    }

    @Test
    void what_is_released_is_read_no_more() {
        service.keep(ofUser("a")).join();
        service.retrieve(A);

        assertThat(service.release(memory.held(List.of(A), NOON))).isEqualTo(1);
        assertThat(service.find(A)).isEmpty();
    }

    private static Put ofUser(String text) {
        return Put.ofUser(chunk(text), 3, List.of());
    }
}
