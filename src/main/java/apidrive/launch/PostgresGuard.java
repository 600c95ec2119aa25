package apidrive.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Stops a PostgreSQL when this process has ended without doing so. A node that is killed leaves its server to its next
 * start, but a demo may have none. The guard is a shell that waits for the end of its input, which the system closes with
 * this process; then it asks the server to end once its clients have, which end in the same way, and after a while at once.
 */
final class PostgresGuard implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            cat > /dev/null
            kill -TERM "$1" 2> /dev/null || exit 0
            for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
              sleep 1
              kill -0 "$1" 2> /dev/null || exit 0
            done
            kill -INT "$1"
            """;

    private static final long PATIENCE_SECONDS = 5;

    private final Process shell;

    private PostgresGuard(Process shell) {
        this.shell = shell;
    }

    /** {@code folder} tells people who see the shell in a list of processes what it is there for. */
    static PostgresGuard over(long pid, Path folder) {
        try {
            return new PostgresGuard(new ProcessBuilder("sh", "-c", SCRIPT, "apidrive-guard", Long.toString(pid), folder.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be called after the server has ended: there is nothing left to guard. Returns when the guard has ended as well. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // its input is broken: it has ended or is ended now
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shell.destroyForcibly();
    }
}
