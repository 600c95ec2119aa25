package apidrive.launch;

import java.nio.file.Path;
import java.util.Set;

import apidrive.client.ApiDriveCommand;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The command line, once its libraries are there. */
public final class Program {
    private static final String SERVE = "serve";
    private static final String ADMIN_LINK = "admin-link";
    private static final Set<String> TRANSFERS = Set.of("put", "get", "verify");

    private Program() {
    }

    /** Runs a command and returns its exit code; {@code unpacked} is a folder that vanishes with the process. */
    public static int run(Path war, Path unpacked, String[] args) {
        ServeCommand serve = new ServeCommand(war, unpacked);
        AdminLinkCommand adminLink = new AdminLinkCommand();
        CommandLine commands = ApiDriveCommand.commandLine();
        commands.addSubcommand(SERVE, serve.spec());
        commands.addSubcommand(ADMIN_LINK, adminLink.spec());
        commands.addSubcommand(new DemoCommand(war));
        return commands.setExecutionStrategy(parsed -> {
            ParseResult last = last(parsed);
            String name = last.commandSpec().name();
            if (TRANSFERS.contains(name)) {
                QuickCompiler.use(unpacked);
            }
            boolean asksForHelp = last.isUsageHelpRequested() || last.isVersionHelpRequested();
            return name.equals(SERVE) && !asksForHelp ? serve.run(last)
                    : name.equals(ADMIN_LINK) && !asksForHelp ? adminLink.run(last)
                    : new CommandLine.RunLast().execute(parsed);
        }).execute(args);
    }

    private static ParseResult last(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last;
    }
}
