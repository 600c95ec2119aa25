package apidrive.launch;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

import apidrive.AdminAccess;
import apidrive.config.ConfigException;
import apidrive.config.NodeConfig;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code admin-link}: prints a link that opens the admin page once. Takes the settings that the node was started with. */
final class AdminLinkCommand {
    private static final int FAILED = 1;
    /** Print nothing but the link and what went wrong. Held, so that the level stays. */
    private static final List<Logger> TALKERS = List.of(Logger.getLogger("apidrive"), Logger.getLogger("com.zaxxer.hikari"));

    /** The command with its options, each setting. */
    CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Runnable) () -> { });
        spec.name("admin-link").mixinStandardHelpOptions(true);
        spec.usageMessage().description("Prints a link that opens the admin page once, within 24 hours.",
                "Takes the settings that the node was started with (options, environment or properties file), since it "
                        + "works on the node's database; the node may be running.");
        SettingOptions.addTo(spec);
        return spec;
    }

    /** Runs the parsed command; returns its exit code. */
    int run(ParseResult parsed) {
        SettingOptions.take(parsed);
        TALKERS.forEach(talker -> talker.setLevel(Level.WARNING));
        try {
            parsed.commandSpec().commandLine().getOut().println(AdminAccess.link(NodeConfig.ofProcess()));
            return CommandLine.ExitCode.OK;
        } catch (ConfigException e) {
            parsed.commandSpec().commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (IllegalStateException e) {
            parsed.commandSpec().commandLine().getErr().println("No link was made. " + e.getMessage());
            return FAILED;
        }
    }
}
