package apidrive.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Does one thing for every number from 0 on, several at a time; the first failure ends it all. */
final class Workers {
    /** What is done for one number. */
    @FunctionalInterface
    interface Work {
        void on(int number) throws Exception;
    }

    private Workers() {
    }

    /** Does {@code work} for 0 to {@code count - 1} on {@code threads} threads; throws the first failure when all stopped. */
    static void run(int threads, int count, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, count)), task -> {
            Thread thread = new Thread(task, "apidrive-worker");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < Math.min(threads, count); i++) {
                running.add(executor.submit(() -> {
                    for (int number = next.getAndIncrement(); number < count && !failed.get();
                            number = next.getAndIncrement()) {
                        doOne(work, number, failed);
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            failed.set(true);
            executor.shutdownNow();
        }
    }

    private static void doOne(Work work, int number, AtomicBoolean failed) throws Exception {
        boolean done = false;
        try {
            work.on(number);
            done = true;
        } finally {
            if (!done) {
                failed.set(true);
            }
        }
    }
}
