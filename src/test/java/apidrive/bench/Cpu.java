package apidrive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processor time in microseconds of the load generator with what it started and saw end, of the nodes, and of PostgreSQL with all its backends. */
record Cpu(long client, long node, long database) {
    private static final long TICK_MICROS = 10_000;  // USER_HZ is 100 on every Linux
    private static final int PARENT = 1;  // fields of /proc/PID/stat behind the process' name: state, ppid, ...
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_SYSTEM = 14;

    Cpu minus(Cpu before) {
        return new Cpu(client - before.client, node - before.node, database - before.database);
    }

    /** Reads the clocks of the processes that take part. Linux only. */
    static final class Meter {
        private final List<Long> nodes;
        private final long postmaster;

        Meter(List<Long> nodes, long postmaster) {
            this.nodes = nodes;
            this.postmaster = postmaster;
        }

        Cpu read() {
            return new Cpu(ofMyself(), nodes.stream().mapToLong(Meter::of).sum(), backends());
        }

        /** Connections stay open from turn to turn, so the sum only grows within one. */
        private long backends() {
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                return of(postmaster) + processes.filter(path -> path.getFileName().toString().matches("\\d+"))
                        .map(Meter::stat).filter(stat -> stat.length > SYSTEM && Long.parseLong(stat[PARENT]) == postmaster)
                        .mapToLong(Meter::micros).sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static long ofMyself() {
            String[] stat = stat(Path.of("/proc/self"));
            long ticks = 0;
            for (int i = USER; i <= CHILDREN_SYSTEM; i++) {
                ticks += Long.parseLong(stat[i]);
            }
            return ticks * TICK_MICROS;
        }

        private static long of(long pid) {
            return micros(stat(Path.of("/proc", Long.toString(pid))));
        }

        private static long micros(String[] stat) {
            return stat.length > SYSTEM ? (Long.parseLong(stat[USER]) + Long.parseLong(stat[SYSTEM])) * TICK_MICROS : 0;
        }

        /** Empty for a process that has ended. */
        private static String[] stat(Path process) {
            try {
                String line = Files.readString(process.resolve("stat"));
                return line.substring(line.lastIndexOf(')') + 2).split(" ");
            } catch (IOException e) {
                return new String[0];
            }
        }
    }
}
