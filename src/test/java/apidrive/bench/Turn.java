package apidrive.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What one contender did in one turn.
 *
 * @param perSecond chunks a second
 * @param cpu       processor time that went by
 * @param shares    chunks moved, one number a client
 */
record Turn(double perSecond, Cpu cpu, List<Long> shares) {
    /** Runs all clients of {@code contender} for {@code time}, and a little longer until each has ended its exchange. */
    static Turn run(Contender contender, Duration time, long postmaster) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(contender.clients());
        List<Contender.Worker> workers = new ArrayList<>();
        try {
            Cpu.Meter meter = new Cpu.Meter(contender.servers(), postmaster);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < contender.clients(); i++) {
                Contender.Worker worker = contender.worker(i);
                workers.add(worker);
                counts.add(threads.submit(loop(worker, contender.isOnce() ? Duration.ZERO : time, go)));
            }
            Cpu before = meter.read();
            long began = System.nanoTime();
            go.countDown();
            List<Long> shares = new ArrayList<>();
            for (Future<Long> count : counts) {
                shares.add(count.get());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Turn(sum(shares) / seconds, meter.read().minus(before), shares);
        } finally {
            threads.shutdownNow();
            for (Contender.Worker worker : workers) {
                worker.close();
            }
            contender.cleanUp();
        }
    }

    long chunks() {
        return sum(shares);
    }

    private static long sum(List<Long> shares) {
        return shares.stream().mapToLong(Long::longValue).sum();
    }

    private static Callable<Long> loop(Contender.Worker worker, Duration time, CountDownLatch go) {
        return () -> {
            go.await();
            long until = System.nanoTime() + time.toNanos();
            long chunks = 0;
            do {
                chunks += worker.exchange();
            } while (System.nanoTime() < until);
            return chunks;
        };
    }
}
