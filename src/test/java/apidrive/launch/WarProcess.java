package apidrive.launch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged WAR run as a program of its own: {@code java -jar apidrive.war serve}. */
public final class WarProcess implements AutoCloseable {
    private static final Pattern SERVES = Pattern.compile("API Drive serves at (http://[^ ]*)/\\s");
    private static final Duration START_PATIENCE = Duration.ofMinutes(3);
    private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(240);  // several nodes start on few cores
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(40);
    private static final long LOOK_MILLIS = 20;
    private static final String QUICK = "-XX:TieredStopAtLevel=1";  // what lives for seconds is not worth optimizing
    private static final String OPTIMIZED = "-XX:+TieredCompilation";

    private final Process process;
    private final Path log;

    private WarProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Begins {@code serve} with these options; its log is the file {@code log}, its temporary files are beside that. */
    public static WarProcess begin(Path log, String... options) throws IOException {
        return begin(List.of(), log, Path.of(System.getProperty("apidrive-test.war")), options);
    }

    /** As {@link #begin(Path, String...)}, to take in hundreds of MiB: digests take the processor's own instructions only if optimized. */
    public static WarProcess beginForMuch(Path log, String... options) throws IOException {
        return begin(List.of(), OPTIMIZED, log, Path.of(System.getProperty("apidrive-test.war")), serve(options));
    }

    /** Begins another command than {@code serve}; {@code arguments} begin with its name. */
    public static WarProcess command(Path log, String... arguments) throws IOException {
        return begin(List.of(), QUICK, log, Path.of(System.getProperty("apidrive-test.war")), List.of(arguments));
    }

    /** As {@link #begin(Path, String...)}, by way of another program, for example one that changes the user. */
    public static WarProcess begin(List<String> by, Path log, Path war, String... options) throws IOException {
        return begin(by, QUICK, log, war, serve(options));
    }

    private static List<String> serve(String... options) {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        arguments.addAll(List.of(options));
        return arguments;
    }

    private static WarProcess begin(List<String> by, String compilation, Path log, Path war, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:+UseSerialGC", compilation,
                "-Djava.io.tmpdir=" + log.toAbsolutePath().getParent(), "-jar", war.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(Files.writeString(log, "").toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("APIDRIVE_"));
        if (arguments.get(0).equals("demo")) {
            builder.environment().put("JDK_JAVA_OPTIONS", QUICK);  // for its nodes
        }
        return new WarProcess(builder.start(), log);
    }

    /** Waits until it serves; returns its address, without a trailing slash. */
    public URI awaitUrl() throws Exception {
        long until = System.nanoTime() + START_PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < until) {
            Matcher line = SERVES.matcher(output());
            if (line.find()) {
                return URI.create(line.group(1));
            }
            Thread.sleep(LOOK_MILLIS);
        }
        throw new IllegalStateException("it does not serve:\n" + output());
    }

    /** Waits until it has printed this; returns all that it has printed. */
    String awaitOutput(String wanted) throws Exception {
        long until = System.nanoTime() + OUTPUT_PATIENCE.toNanos();
        while (!output().contains(wanted)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new IllegalStateException("it does not say '" + wanted + "':\n" + output());
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return output();
    }

    /** Waits for its end; returns the exit code. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end");
        }
        return process.exitValue();
    }

    /** SIGTERM, and waits for its end; returns the exit code. */
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** A signal that Java has no word for, as {@code STOP}; nothing where it has ended. */
    public void signal(String name) throws IOException, InterruptedException {
        if (process.isAlive()) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        }
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What it has printed and logged so far. */
    public String output() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }
}
