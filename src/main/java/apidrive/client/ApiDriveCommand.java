package apidrive.client;

import java.util.LinkedHashMap;
import java.util.Map;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.TypeConversionException;

/** The command line of API Drive. */
@Command(name = "apidrive", description = "A distributed hard drive: stores files as chunks on several servers.",
        mixinStandardHelpOptions = true, versionProvider = Version.class, exitCodeListHeading = "%nExit codes:%n",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PutCommand.class, GetCommand.class, VerifyCommand.class, RenewCommand.class, ReplicateCommand.class,
            LsCommand.class, RmCommand.class, SlotsCommand.class, ServersCommand.class, JoinCommand.class, StateCommand.class,
            DrainCommand.class, SyncCommand.class, FsckCommand.class, VersionCommand.class, CommandsCommand.class, FlagsCommand.class,
            GenerateCompletion.class, HelpCommand.class})
public final class ApiDriveCommand {
    private ApiDriveCommand() {
    }

    /** All commands of the client; further ones may be added. Exit codes are in its help. */
    public static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new ApiDriveCommand());
        commands.registerConverter(ServerUrl.class, ApiDriveCommand::server);
        commands.registerConverter(NamePath.class, ApiDriveCommand::name);
        commands.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("apidrive: " + (failure.getMessage() == null ? failure : failure.getMessage()));
            return failure instanceof CommandFailure known ? known.exitCode() : ExitCode.FAILED;
        });
        return commands;
    }

    private static ServerUrl server(String text) {
        try {
            return ServerUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static NamePath name(String text) {
        try {
            return NamePath.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(" " + ExitCode.DONE, "done");
        codes.put(" " + ExitCode.FAILED, "failed");
        codes.put(" " + ExitCode.USAGE, "the command line is wrong");
        codes.put(" " + ExitCode.INCOMPLETE, "not everything is done; the same command goes on from there");
        codes.put(" " + ExitCode.COPIES_MISSING, "a chunk has fewer live copies than asked for, or none to renew");
        return codes;
    }
}
