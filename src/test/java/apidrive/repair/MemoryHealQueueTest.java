package apidrive.repair;

class MemoryHealQueueTest extends HealQueueContract {
    @Override
    HealQueue emptyQueue() {
        return new MemoryHealQueue(SELF);
    }
}
