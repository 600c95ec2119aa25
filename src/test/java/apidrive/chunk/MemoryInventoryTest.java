package apidrive.chunk;

class MemoryInventoryTest extends InventoryContract {
    private MemoryChunkStore store;

    @Override
    ChunkStore emptyStore() {
        store = new MemoryChunkStore(ChunkStoreContract.SLOTS);
        return store;
    }

    @Override
    Inventory inventory() {
        return store;
    }
}
