package apidrive.bench;

import java.util.List;

/** Something whose speed is measured: made once, run by many clients at a time, each with a worker of its own. */
interface Contender {
    /** What the table calls it. */
    String name();

    /** How many clients run at once. */
    int clients();

    /** The least fairness wanted among its clients; 0 where it is only reported. */
    default double fairness() {
        return 0;
    }

    /** Starts and stores what it needs; called once, before its first turn. */
    default void prepare() throws Exception {
    }

    /** The servers whose processor time is its own, PostgreSQL aside. */
    default List<Server> servers() throws Exception {
        return List.of();
    }

    /** The worker of client {@code number}, counted from 0; made before the clock starts, closed after it stopped. */
    Worker worker(int number) throws Exception;

    /** Whether a turn is one exchange, however long it takes. */
    default boolean isOnce() {
        return false;
    }

    /** Options for Java, from here on, where a turn starts a program of its own. */
    default void withJava(List<String> options) {
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

    /** Forgets what a server stored. */
    interface Undo {
        void run() throws Exception;
    }
}
