package apidrive.launch;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

import apidrive.config.ConfigException;
import apidrive.config.DoorName;
import apidrive.config.NodeConfig;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code serve}: starts a node and runs it until the process is told to end. Every setting is an option. */
final class ServeCommand {
    private static final int FAILED = 1;
    /** Libraries that log every step of their own at INFO. Held, so that the level stays. */
    private static final List<Logger> TALKERS =
            List.of(Logger.getLogger("org.eclipse.jetty"), Logger.getLogger("com.zaxxer.hikari"));

    private final Path war;
    private final Path unpacked;

    ServeCommand(Path war, Path unpacked) {
        this.war = war;
        this.unpacked = unpacked;
    }

    /** The command with its options, each setting. */
    CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Runnable) () -> { });
        spec.name("serve").mixinStandardHelpOptions(true);
        spec.usageMessage().description("Starts a node and runs it until the process is told to end (SIGTERM, Ctrl-C).",
                "Each option may also stand in the environment (APIDRIVE_JDBC_URL for --jdbc-url) or in the properties "
                        + "file (jdbc-url = ...); an option beats both.");
        SettingOptions.addTo(spec);
        EndWithInput.addTo(spec);
        return spec;
    }

    /** Runs the parsed command; returns its exit code. */
    int run(ParseResult parsed) {
        SettingOptions.take(parsed);
        EndWithInput.watchWhereAsked(parsed);
        TALKERS.forEach(talker -> talker.setLevel(Level.WARNING));
        try {
            NodeConfig config = NodeConfig.ofProcess();
            JettyServer server = new JettyServer(war, unpacked, config.host(), config.port(), config.doors().ports().keySet(),
                    config.accessLog());
            server.start();
            IdleMemory.giveBack();
            PrintWriter out = parsed.commandSpec().commandLine().getOut();
            out.println("API Drive serves at " + server.url());
            config.doors().ports().forEach((port, doors) -> out.println("Port " + port + ": "
                    + doors.stream().map(DoorName::text).collect(Collectors.joining(", "))));
            server.join();
            return CommandLine.ExitCode.OK;
        } catch (ConfigException e) {
            parsed.commandSpec().commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (Exception e) {
            parsed.commandSpec().commandLine().getErr().println("The server did not start: " + rootMessage(e));
            return FAILED;
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getMessage() != null && cause.getMessage().contains(cause.getCause().toString())) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
