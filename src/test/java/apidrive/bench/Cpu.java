package apidrive.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Processor time in microseconds.
 *
 * @param client    of the load generator with what it started and saw end
 * @param server    of the servers measured, PostgreSQL aside, with their workers
 * @param compilers of that, what Java compiled in
 * @param database  of PostgreSQL with all its backends
 */
record Cpu(long client, long server, long compilers, long database) {
    private static final long TICK_MICROS = 10_000;  // USER_HZ is 100 on every Linux
    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");
    private static final int PARENT = 1;  // fields of /proc/PID/stat behind the process' name: state, ppid, ...
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_SYSTEM = 14;

    Cpu minus(Cpu before) {
        return new Cpu(client - before.client, server - before.server, Math.max(0, compilers - before.compilers),
                database - before.database);
    }

    /** Reads the clocks of the processes that take part. Linux only. */
    static final class Meter {
        private final List<Server> servers;
        private final long postmaster;

        Meter(List<Server> servers, long postmaster) {
            this.servers = servers;
            this.postmaster = postmaster;
        }

        Cpu read() {
            return new Cpu(micros(stat(Path.of("/proc/self")), CHILDREN_SYSTEM),
                    servers.stream().mapToLong(server -> withChildren(server.pid())).sum(),
                    servers.stream().filter(Server::isJava).mapToLong(server -> compilers(server.pid())).sum(), withChildren(postmaster));
        }

        /** Of those that run now; Java ends them when they have nothing to do. */
        private static long compilers(long java) {
            try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(java), "task"))) {
                return threads.filter(Meter::isCompiler).mapToLong(thread -> micros(stat(thread), SYSTEM)).sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static boolean isCompiler(Path thread) {
            try {
                return COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt();
            } catch (IOException e) {
                return false;  // it has ended
            }
        }

        /** A child that ends within a turn leaves its time to its parent, so that the sum only grows. 0 for no process. */
        private static long withChildren(long parent) {
            if (parent == 0) {
                return 0;
            }
            try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
                return micros(stat(Path.of("/proc", Long.toString(parent))), CHILDREN_SYSTEM)
                        + processes.filter(path -> path.getFileName().toString().matches("\\d+"))
                        .map(Meter::stat).filter(stat -> stat.length > SYSTEM && Long.parseLong(stat[PARENT]) == parent)
                        .mapToLong(stat -> micros(stat, SYSTEM)).sum();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The times from {@link #USER} on up to field {@code last}. */
        private static long micros(String[] stat, int last) {
            long ticks = 0;
            for (int i = USER; i <= last && i < stat.length; i++) {
                ticks += Long.parseLong(stat[i]);
            }
            return ticks * TICK_MICROS;
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
