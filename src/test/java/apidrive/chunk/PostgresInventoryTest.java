package apidrive.chunk;

import static apidrive.chunk.ChunkStoreContract.MONTH;
import static apidrive.chunk.ChunkStoreContract.NOON;
import static apidrive.chunk.ChunkStoreContract.chunk;
import static apidrive.chunk.ChunkStoreContract.puts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

class PostgresInventoryTest extends InventoryContract {
    private TestDatabase database;
    private PostgresChunkStore store;

    @Override
    ChunkStore emptyStore() {
        database = TestDatabase.opened(NOON);
        store = new PostgresChunkStore(new Database(database.runner()), ChunkStoreContract.SLOTS, MONTH);
        store.openAhead(NOON);
        return store;
    }

    @Override
    Inventory inventory() {
        return new PostgresInventory(new Database(database.runner()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_sum_is_the_exclusive_or_of_the_servers_own_hash() {
        store.put(puts(chunk("a"), chunk("b")), MONTH.from(NOON));

        assertThat(inventory().summaries(List.of(IdPrefix.ALL), 0, NOON, NOON.plusSeconds(1)))
                .extracting(Summary::sum).containsExactly(database.number("SELECT uuid_hash_extended('" + chunk("a").id()
                        + "', 0) # uuid_hash_extended('" + chunk("b").id() + "', 0)"));
    }

    @Test
    void bytes_go_with_their_row_from_whatever_partition_they_are_in_also_from_none() {
        store.put(puts(chunk("here"), chunk("elsewhere"), chunk("lost")), MONTH.from(NOON));
        store.openAhead(NOON.plus(Duration.ofDays(2)));
        store.put(puts(chunk("later"), chunk("nowhere")), MONTH.from(NOON.plus(Duration.ofDays(2))));
        database.execute("UPDATE apidrive.chunk SET epoch = 1 + epoch WHERE id = '" + chunk("elsewhere").id() + "'");
        database.execute("UPDATE apidrive.chunk SET epoch = 1000000 WHERE id = '" + chunk("nowhere").id() + "'");
        database.execute("DELETE FROM apidrive.chunk_data WHERE id = '" + chunk("lost").id() + "'");
        List<ChunkId> ids = List.of(chunk("here").id(), chunk("elsewhere").id(), chunk("lost").id(), chunk("later").id(),
                chunk("nowhere").id());

        assertThat(inventory().release(inventory().held(ids, NOON))).isEqualTo(5);
        assertThat(new Leftovers(new Database(database.runner())).delete(5)).isEqualTo(5);
        assertThat(database.number("SELECT count(*) FROM apidrive.chunk_data")).isZero();
        assertThat(database.number("SELECT sum(used) FROM apidrive.slot_shard")).isZero();
    }

    @Test
    void what_is_damaged_is_listed_nowhere_and_may_be_released() {
        store.put(puts(chunk("hurt"), chunk("sound")), MONTH.from(NOON));
        database.execute("UPDATE apidrive.chunk SET damaged_at = now() WHERE id = '" + chunk("hurt").id() + "'");
        List<IdPrefix> all = List.of(IdPrefix.ALL);
        Held sound = new Held(chunk("sound").id(), 3, NOON.plus(MONTH.lifetime()));

        assertThat(inventory().list(all, new ChunkId(new UUID(0, 0)), 10, NOON)).containsExactly(sound);
        assertThat(inventory().held(List.of(chunk("hurt").id(), sound.id()), NOON)).containsExactly(sound);
        assertThat(inventory().summaries(all, 0, NOON, NOON.plusSeconds(1))).extracting(Summary::count).containsExactly(1L);
        assertThat(inventory().release(List.of(new Held(chunk("hurt").id(), 3, sound.expiresAt())))).isEqualTo(1);
    }

    @Test
    void what_is_buried_is_cached_and_to_be_healed_no_more() {
        String id = chunk("buried").id().toString();
        database.execute("""
                INSERT INTO apidrive.cached_chunk (id, copies, digest, data, expires_at, read_at)
                VALUES ('%1$s', 3, '', '', now(), now());
                INSERT INTO apidrive.heal (chunk, node, made_at, due_at) VALUES ('%1$s', gen_random_uuid(), now(), now())
                """.formatted(id));
        inventory().bury(List.of(new Tombstone(chunk("buried").id(), NOON, 1)));

        assertThat(database.number("SELECT count(*) FROM apidrive.cached_chunk")).isZero();
        assertThat(database.number("SELECT count(*) FROM apidrive.heal")).isZero();
    }

    @Test
    void a_deletion_that_is_told_again_late_writes_no_row() {
        inventory().bury(List.of(new Tombstone(chunk("buried").id(), NOON, 7)));
        long row = database.number("SELECT xmin::text::bigint FROM apidrive.tombstone");
        inventory().bury(List.of(new Tombstone(chunk("buried").id(), NOON.plusSeconds(60), 7)));

        assertThat(inventory().tombstones(List.of(IdPrefix.ALL), ChunkId.LOWEST, 10, NOON.minusSeconds(1)))
                .containsExactly(new Tombstone(chunk("buried").id(), NOON, 7));
        assertThat(database.number("SELECT xmin::text::bigint FROM apidrive.tombstone")).isEqualTo(row);
    }

    @Test
    void tombstones_of_before_they_had_numbers_count_as_one_deletion() {
        database.execute("INSERT INTO apidrive.tombstone (chunk, until) VALUES ('" + chunk("old").id() + "', '" + NOON + "')");
        inventory().bury(List.of(new Tombstone(chunk("old").id(), NOON.plusSeconds(60), 0)));

        assertThat(inventory().tombstones(List.of(IdPrefix.ALL), ChunkId.LOWEST, 10, NOON.minusSeconds(1)))
                .containsExactly(new Tombstone(chunk("old").id(), NOON, 0));
    }

    @Test
    void when_bytes_were_read_is_noted() {
        store.put(puts(chunk("read"), chunk("unread")), MONTH.from(NOON));
        inventory().checked(List.of(chunk("read").id()), NOON.plusSeconds(5));

        assertThat(database.number("SELECT extract(epoch FROM max(checked_at)) FROM apidrive.chunk"))
                .isEqualTo(NOON.plusSeconds(5).getEpochSecond());
        assertThat(database.number("SELECT count(checked_at) FROM apidrive.chunk")).isEqualTo(1);
    }
}
