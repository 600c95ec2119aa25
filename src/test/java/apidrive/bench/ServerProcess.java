package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that was started to serve, its output in a file, and that is stopped by its own id. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(3);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 10;

    private final Process process;
    private final Path log;
    private final long began = System.nanoTime();

    ServerProcess(Path log, Map<String, String> environment, List<String> command) throws IOException {
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    long pid() {
        return process.pid();
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** The port that the process writes as the first group of {@code line}. */
    int awaitPort(Pattern line) throws Exception {
        return await(() -> {
            Matcher found = line.matcher(Files.readString(log));
            return found.find() ? Optional.of(Integer.parseInt(found.group(1))) : Optional.empty();
        });
    }

    /** Returns when something at {@code port} answers {@code request} with 2xx. */
    void awaitAnswer(int port, byte[] request) throws Exception {
        await(() -> {
            try (HttpConnection connection = new HttpConnection(port)) {
                connection.exchange(request);
                return Optional.of(port);
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private interface Look<T> {
        Optional<T> once() throws Exception;
    }

    private <T> T await(Look<T> look) throws Exception {
        long until = began + START_PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < until) {
            Optional<T> seen = look.once();
            if (seen.isPresent()) {
                return seen.get();
            }
            Thread.sleep(LOOK_MILLIS);
        }
        close();
        throw new IllegalStateException("a server did not start:\n" + Files.readString(log));
    }
}
