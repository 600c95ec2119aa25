package apidrive.chunk;

import apidrive.repair.HealQueue;
import apidrive.repair.MemoryHealQueue;
import apidrive.wire.Chunk;

class MemoryChunkStoreTest extends ChunkStoreContract {
    private MemoryHealQueue heals;
    private MemoryChunkStore store;

    @Override
    ChunkStore emptyStore(int slots) {
        heals = new MemoryHealQueue();
        store = new MemoryChunkStore(slots, heals);
        return store;
    }

    @Override
    HealQueue heals() {
        return heals;
    }

    @Override
    void plantClash(Chunk chunk) {
        store.plant(chunk.id(), new StoredChunk(chunk("other bytes"), 3, NOON.plus(MONTH.lifetime())));
    }
}
