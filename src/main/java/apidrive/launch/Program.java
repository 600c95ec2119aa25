package apidrive.launch;

import java.nio.file.Path;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The command line, once its libraries are there. */
public final class Program {
    private Program() {
    }

    /** Runs a command and returns its exit code; {@code unpacked} is a folder that vanishes with the process. */
    public static int run(Path war, Path unpacked, String[] args) {
        ServeCommand serve = new ServeCommand(war, unpacked);
        CommandLine commands = new CommandLine(CommandSpec.create().name("apidrive"));
        commands.addSubcommand("serve", serve.spec());
        return commands.setExecutionStrategy(parsed -> execute(serve, parsed)).execute(args);
    }

    private static int execute(ServeCommand serve, ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        boolean isServe = last.commandSpec().name().equals("serve");
        return isServe && !last.isUsageHelpRequested() && !last.isVersionHelpRequested() ? serve.run(last)
                : new CommandLine.RunLast().execute(parsed);
    }
}
