package apidrive.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import apidrive.AdminAccess;
import apidrive.config.NodeConfig;
import apidrive.config.Setting;
import apidrive.config.Settings;
import apidrive.sql.EmbeddedDatabase;
import apidrive.sql.Tenant;

/** One node of a demo: its folder with settings, passwords and log, and its process. */
final class DemoNode {
    /**
     * A small heap, for there are several. With G1, which Java picks here by itself, five nodes on two cores spent 4.1 ms of a
     * processor on a store after three minutes of them, and 2.3 ms with the serial collector. Much of the heap is young, with wide
     * spaces for survivors: where what is under way for the length of a transaction, some batches, does not fit there, it is moved to
     * the old part, of which all is collected again and again.
     */
    private static final List<String> JAVA_OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx256m", "-Xmn128m", "-XX:SurvivorRatio=3");
    private static final String SETTINGS = "apidrive.properties";
    private static final String OWNER_ONLY_FILE = "rw-------";
    private static final int PASSWORD_BYTES = 24;
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);  // twenty at once on two cores
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 100;

    private final int number;
    private final DemoPlan plan;
    private final Path folder;
    private Process process;

    private DemoNode(int number, DemoPlan plan) {
        this.number = number;
        this.plan = plan;
        this.folder = plan.folder(number);
    }

    /** Makes its database and writes its settings; throws {@link apidrive.config.ConfigException} where they cannot be. */
    static DemoNode prepare(int number, DemoPlan plan, EmbeddedDatabase server) throws IOException {
        DemoNode node = new DemoNode(number, plan);
        Files.createDirectories(node.folder);
        Tenant tenant = new Tenant("node_" + number, password(), password());
        Map<Setting, String> settings = plan.settings(number);
        settings.put(Setting.JDBC_URL, server.provide(tenant));
        settings.put(Setting.JDBC_USER, tenant.runner());
        settings.put(Setting.JDBC_PASSWORD_FILE, node.secret("runner.password", tenant.runnerPassword()).toString());
        settings.put(Setting.JDBC_OWNER, tenant.owner());
        settings.put(Setting.JDBC_OWNER_PASSWORD_FILE, node.secret("owner.password", tenant.ownerPassword()).toString());
        Properties file = new Properties();
        settings.forEach((setting, value) -> file.setProperty(setting.key(), value));
        try (Writer writer = Files.newBufferedWriter(node.folder.resolve(SETTINGS))) {
            file.store(writer, "Node " + number + " of a demo; written anew whenever that starts");
        }
        node.config();
        return node;
    }

    int number() {
        return number;
    }

    URI url() {
        return plan.url(number);
    }

    String zone() {
        return plan.zone(number);
    }

    Path log() {
        return folder.resolve("node.log");
    }

    long pid() {
        return process.pid();
    }

    /** A link that opens its admin page once. */
    String adminLink() {
        return AdminAccess.link(config());
    }

    /** What a user types to run it as a process of his own. */
    List<String> command() {
        return List.of("java", "-jar", plan.war().toString(), "serve", "--data", folder.toString());
    }

    /** Begins its process. */
    Process begin() throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-jar", plan.war().toString(), "serve",
                "--data", folder.toString(), EndWithInput.OPTION));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(key -> key.startsWith("APIDRIVE_"));
        process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
        return process;
    }

    /** Waits until it is ready; throws {@link IllegalStateException} with words for the user when it does not get so. */
    void awaitReady(HttpClient http) throws InterruptedException {
        long until = System.nanoTime() + START_PATIENCE.toNanos();
        while (!isReady(http)) {
            if (!process.isAlive()) {
                throw new IllegalStateException("node " + number + " did not start (exit code " + process.exitValue()
                        + "). Its log, " + log() + ", ends:\n" + lastLine());
            }
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("node " + number + " is not ready after " + START_PATIENCE.toMinutes()
                        + " minutes; its log is " + log());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** Asks it to end; {@link #awaitEnd} follows. */
    void end() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for its end until then, and ends it for good. */
    void awaitEnd(long untilNanos) {
        if (process == null) {
            return;
        }
        try {
            if (!process.waitFor(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private NodeConfig config() {
        return NodeConfig.of(Settings.of(new Properties(), Map.of(Setting.DATA.environmentKey(), folder.toString())));
    }

    private boolean isReady(HttpClient http) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(url().resolve("/health/ready")).timeout(READY_TIMEOUT).build(),
                    BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.isEmpty() ? "(nothing)" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "(it cannot be read: " + e + ")";
        }
    }

    /** Made anew at each start, and set in the database at each start. */
    private static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private Path secret(String name, String text) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY_FILE)));
            }
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
