package apidrive.chunk;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;

import apidrive.TestDatabase;
import apidrive.repair.HealQueue;
import apidrive.repair.PostgresHealQueue;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.NodeId;

class PostgresChunkStoreTest extends ChunkStoreContract {
    private TestDatabase database;
    private PostgresChunkStore store;

    @Override
    ChunkStore emptyStore(int slots) {
        close();
        database = TestDatabase.opened(NOON);
        store = new PostgresChunkStore(new Database(database.runner()), slots, MONTH);
        store.openAhead(NOON);
        return store;
    }

    @Override
    HealQueue heals() {
        return new PostgresHealQueue(new Database(database.runner()), new NodeId(new UUID(9, 9)));
    }

    @Override
    void plantClash(Chunk chunk) {
        database.execute("""
                INSERT INTO apidrive.chunk (id, stored_at, expires_at, epoch, size, digest)
                VALUES ('%s', now(), '2026-03-31T12:00:00Z', (SELECT min(epoch) FROM apidrive.chunk_epoch), 1,
                        sha256('other bytes'))""".formatted(chunk.id()));
    }

    @Override
    void openUntil(Instant now) {
        store.openAhead(now);
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
            database = null;
        }
    }
}
