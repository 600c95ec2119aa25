package apidrive.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/**
 * Requests that arrive at a fixed rate, however slow the answers are. A request's latency begins when it was due, not when
 * a connection was free for it, so that an answer that hangs counts for all that had to wait behind it.
 *
 * @param latencies in nanoseconds
 * @param offered   arrivals a second
 * @param achieved  answers a second, until the last
 */
record OpenLoop(Histogram latencies, double offered, double achieved) {
    static final int DIGITS = 3;  // of a latency, which are kept
    private static final long LEAD_NANOS = 10_000_000;  // until the first arrival: every thread runs by then

    /** Uses the contender's workers, each taking the next arrival; the contender moves one chunk an exchange. */
    static OpenLoop run(Contender contender, Arrivals arrivals) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(contender.clients());
        List<Contender.Worker> workers = new ArrayList<>();
        try {
            for (int i = 0; i < contender.clients(); i++) {
                workers.add(contender.worker(i));
            }
            long start = System.nanoTime() + LEAD_NANOS;
            arrivals.begin(start);
            List<Future<Histogram>> parts = workers.stream().map(worker -> threads.submit(loop(worker, arrivals))).toList();
            Histogram all = new Histogram(DIGITS);
            for (Future<Histogram> part : parts) {
                all.add(part.get());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new OpenLoop(all, arrivals.perSecond(), all.getTotalCount() / seconds);
        } finally {
            threads.shutdownNow();
            for (Contender.Worker worker : workers) {
                worker.close();
            }
            contender.cleanUp();
        }
    }

    double millis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    private static Callable<Histogram> loop(Contender.Worker worker, Arrivals arrivals) {
        return () -> {
            Histogram latencies = new Histogram(DIGITS);
            for (OptionalLong due = arrivals.next(); due.isPresent(); due = arrivals.next()) {
                for (long early = due.getAsLong() - System.nanoTime(); early > 0; early = due.getAsLong() - System.nanoTime()) {
                    LockSupport.parkNanos(early);
                }
                worker.exchange();
                latencies.recordValue(System.nanoTime() - due.getAsLong());
            }
            return latencies;
        };
    }
}
