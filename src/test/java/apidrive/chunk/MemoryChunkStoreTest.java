package apidrive.chunk;

import apidrive.wire.Chunk;

class MemoryChunkStoreTest extends ChunkStoreContract {
    private MemoryChunkStore store;

    @Override
    ChunkStore emptyStore(int slots) {
        store = new MemoryChunkStore(slots);
        return store;
    }

    @Override
    void plantClash(Chunk chunk) {
        store.plant(chunk.id(), new StoredChunk(chunk("other bytes"), 3, NOON.plus(MONTH.lifetime())));
    }
}
