package apidrive.client;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that transfers share. */
final class Transfer {
    static final int MOST_CONNECTIONS = 512;
    private static final int LEAST_CONNECTIONS = 16;
    private static final int CONNECTIONS_PER_SERVER = 8;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--connections", paramLabel = "N", description = "Exchanges at once, 1 to 512; one may carry "
            + "several chunks. Default: 8 for each server, at least 16, at most 512.")
    private Integer connections;

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "600", description = "How long to wait in all "
            + "for a server that answers 429 or 503. Default: ${DEFAULT-VALUE}.")
    private long patienceSeconds;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long one exchange may "
            + "take. Default: ${DEFAULT-VALUE}.")
    private long timeoutSeconds;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean isJson;

    @Option(names = {"-q", "--quiet"}, description = "No progress and no notes on stderr, only errors.")
    private boolean isQuiet;

    /** Throws for options that are out of their range, before anything is done. */
    void requireLawful() {
        connections(1);
    }

    /** How many exchanges may be under way with so many servers. */
    int connections(int servers) {
        if (connections != null && (connections < 1 || connections > MOST_CONNECTIONS)) {
            throw new ParameterException(spec.commandLine(), "--connections is 1 to " + MOST_CONNECTIONS);
        }
        return connections != null ? connections
                : (int) Math.min(MOST_CONNECTIONS, Math.max(LEAST_CONNECTIONS, (long) CONNECTIONS_PER_SERVER * servers));
    }

    Duration patience() {
        return Duration.ofSeconds(Math.max(0, Math.min(patienceSeconds, Duration.ofDays(30).toSeconds())));
    }

    Http http() {
        return http(Optional.empty());
    }

    /** Whose exchanges carry the token, where there is one. */
    Http http(Optional<String> token) {
        if (timeoutSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout is at least 1");
        }
        return new Http(Duration.ofSeconds(Math.min(timeoutSeconds, Duration.ofDays(1).toSeconds())), token);
    }

    boolean isJson() {
        return isJson;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** For what is not part of one transfer's progress. */
    void note(String text) {
        if (!isQuiet) {
            err().println(text);
            err().flush();
        }
    }

    Progress progress(String what, long total, long done) {
        return new Progress(err(), isQuiet, Progress.isTerminal(), what, total, done);
    }

    /** Of {@code total} things instead of bytes. */
    Progress counting(String what, long total) {
        return new Progress(err(), isQuiet, Progress.isTerminal(), what, total, Progress.THINGS);
    }
}
