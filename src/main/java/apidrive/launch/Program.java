package apidrive.launch;

import java.nio.file.Path;
import java.util.Set;

import apidrive.client.ApiDriveCommand;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command line, once its libraries are there. */
public final class Program {
    private static final String SERVE = "serve";
    private static final Set<String> TRANSFERS = Set.of("put", "get", "verify");

    private Program() {
    }

    /** Runs a command and returns its exit code; {@code unpacked} is a folder that vanishes with the process. */
    public static int run(Path war, Path unpacked, String[] args) {
        ServeCommand serve = new ServeCommand(war, unpacked);
        CommandLine commands = ApiDriveCommand.commandLine();
        commands.addSubcommand(SERVE, serve.spec());
        return commands.setExecutionStrategy(parsed -> execute(serve, unpacked, parsed)).execute(args);
    }

    private static int execute(ServeCommand serve, Path unpacked, ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        if (TRANSFERS.contains(last.commandSpec().name())) {
            QuickCompiler.use(unpacked);
        }
        boolean isServe = last.commandSpec().name().equals(SERVE);
        return isServe && !last.isUsageHelpRequested() && !last.isVersionHelpRequested() ? serve.run(last)
                : new CommandLine.RunLast().execute(parsed);
    }
}
