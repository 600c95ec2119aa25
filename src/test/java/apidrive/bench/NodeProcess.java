package apidrive.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import apidrive.sql.EmbeddedDatabase;

/** A node as its operator runs it: {@code java -jar apidrive.war serve}, on a database of the run's server. */
final class NodeProcess implements Server {
    static final byte[] READY = HttpConnection.get("/health/ready");
    private static final Pattern SERVES = Pattern.compile("API Drive serves at http://[^ ]*:(\\d+)/");

    private final ServerProcess process;
    private final int port;
    private final Duration startTime;

    /** Returns when the node has given its first answer. {@code settings} are command-line options. */
    NodeProcess(Path folder, Databases databases, String database, List<String> settings) throws Exception {
        this(folder, 0, databases, database, List.of(), settings);
    }

    /** As the other, on a port known beforehand, by a Java with these options. */
    NodeProcess(Path folder, int port, Databases databases, String database, List<String> java, List<String> settings)
            throws Exception {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(ServerProcess.java()));
        command.addAll(java);
        command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-jar",
                war().toString(), "serve", "--port", Integer.toString(port), "--data", folder.toString(),
                "--jdbc-url", databases.jdbcUrl(database), "--jdbc-user", EmbeddedDatabase.RUNNER,
                "--jdbc-password-file", databases.passwordFile(EmbeddedDatabase.RUNNER).toString(),
                "--jdbc-owner", EmbeddedDatabase.OWNER,
                "--jdbc-owner-password-file", databases.passwordFile(EmbeddedDatabase.OWNER).toString()));
        command.addAll(settings);
        process = new ServerProcess(folder.resolve("log"), Map.of(), command);
        this.port = process.awaitPort(SERVES);
        process.awaitAnswer(this.port, READY);
        startTime = process.age();
    }

    static Path war() {
        return Path.of("target", "apidrive.war").toAbsolutePath();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /** From the start of the process to its first answer. */
    Duration startTime() {
        return startTime;
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
