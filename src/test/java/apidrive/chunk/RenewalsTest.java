package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.get;
import static apidrive.chunk.ChunkStoreContract.puts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import apidrive.wire.ChunkId;

class RenewalsTest {
    private static final Instant LATER = NOON.plus(Duration.ofDays(10));

    private final MemoryChunkStore memory = new MemoryChunkStore(100);
    private final HeldChunkStore store = new HeldChunkStore(memory);
    private final Renewals renewals = new Renewals(store, MONTH, () -> LATER);

    @Test
    void the_leases_of_many_retrievals_are_written_together() {
        memory.put(puts(chunk("a"), chunk("b"), chunk("c")), MONTH.from(NOON));
        renewals.add(chunk("a").id(), false);
        renewals.add(chunk("b").id(), false);
        renewals.add(chunk("a").id(), false);
        Duration wait = renewals.step(LATER);

        assertThat(store.renewals()).containsExactly(2);
        assertThat(wait).isEqualTo(Renewals.INTERVAL);
        assertThat(expiry("a")).isEqualTo(expiry("b")).isEqualTo(LATER.plus(MONTH.lifetime()));
        assertThat(expiry("c")).isEqualTo(NOON.plus(MONTH.lifetime()));
        assertThat(renewals.waiting()).isZero();
    }

    @Test
    void no_retrieval_costs_no_statement() {
        assertThat(renewals.step(LATER)).isEqualTo(Renewals.INTERVAL);
        assertThat(store.renewals()).isEmpty();
    }

    @Test
    void a_step_is_bounded_and_the_next_follows_at_once_while_more_wait() {
        for (long number = 0; number < 2_500; number++) {
            renewals.add(new ChunkId(new UUID(0x8000L, 0x8000_0000_0000_0000L | number)), false);
        }

        assertThat(renewals.step(LATER)).isZero();
        assertThat(renewals.step(LATER)).isEqualTo(Renewals.INTERVAL);
        renewals.flush();
        assertThat(store.renewals()).containsExactly(1_000, 1_000, 500);
    }

    @Test
    void what_could_not_be_written_is_kept_for_the_next_step() {
        memory.put(puts(chunk("a")), MONTH.from(NOON));
        renewals.add(chunk("a").id(), false);
        store.breakRenewals(true);
        assertThatThrownBy(() -> renewals.step(LATER)).isInstanceOf(IllegalStateException.class);
        store.breakRenewals(false);
        renewals.step(LATER);

        assertThat(expiry("a")).isEqualTo(LATER.plus(MONTH.lifetime()));
    }

    @Test
    void others_are_to_be_told_of_what_was_renewed_late_once_it_is_written() {
        memory.put(puts(chunk("a"), chunk("b"), chunk("c")), MONTH.from(NOON));
        renewals.add(chunk("a").id(), true);
        renewals.add(chunk("a").id(), false);
        renewals.add(chunk("b").id(), false);
        renewals.add(chunk("c").id(), true);
        assertThat(renewals.takeLate(10)).isEmpty();
        renewals.step(LATER);

        assertThat(renewals.takeLate(1)).hasSize(1);
        renewals.forget(chunk("a").id());
        renewals.forget(chunk("c").id());
        assertThat(renewals.takeLate(10)).isEmpty();
        renewals.addLate(List.of(chunk("a").id(), chunk("c").id()));
        assertThat(renewals.takeLate(10)).containsExactlyInAnyOrder(chunk("a").id(), chunk("c").id());
        assertThat(renewals.takeLate(10)).isEmpty();
    }

    private Instant expiry(String text) {
        return get(memory, chunk(text).id(), LATER).orElseThrow().expiresAt();
    }
}
