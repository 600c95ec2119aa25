package apidrive.bench;

/** Something whose speed is measured: made once, run by many clients at a time, each with a worker of its own. */
interface Contender {
    /** What the table calls it. */
    String name();

    /** How many clients run at once. */
    int clients();

    /** The worker of client {@code number}, counted from 0; made before the clock starts, closed after it stopped. */
    Worker worker(int number) throws Exception;

    /** Whether a turn is one exchange, however long it takes. */
    default boolean isOnce() {
        return false;
    }

    /** What is to be undone after each turn, so that the next one finds the disk as this one did. */
    default void cleanUp() throws Exception {
    }

    /** One client's loop body. Used by one thread. */
    interface Worker extends AutoCloseable {
        /** Does one exchange, checks its outcome, and returns how many chunks it moved. */
        int exchange() throws Exception;

        @Override
        default void close() throws Exception {
        }
    }
}
