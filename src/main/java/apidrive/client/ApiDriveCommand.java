package apidrive.client;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line {@code apidrive}, all but {@code serve}, which whoever starts the program adds. */
@Command(name = "apidrive", mixinStandardHelpOptions = true, versionProvider = VersionCommand.class,
        description = "Puts files into API Drive servers and gets them back; and is such a server.",
        subcommands = {PutCommand.class, GetCommand.class, VerifyCommand.class, RenewCommand.class, SlotsCommand.class,
            ServersCommand.class, VersionCommand.class, HelpCommand.class, AutoComplete.GenerateCompletion.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage or settings",
            "3:not all done; the same command goes on where it stopped",
            "4:verify found chunks with too few copies"})
public final class ApiDriveCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** The whole command line, ready to have {@code serve} added and to be executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new ApiDriveCommand()).setExecutionExceptionHandler(ApiDriveCommand::report);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to do.");
    }

    /** A failure the user can do something about is one line; anything else shows where it came from. */
    private static int report(Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
        if (thrown instanceof Failure failure) {
            command.getErr().println("apidrive: " + failure.getMessage());
            return failure.exitCode();
        }
        if (thrown instanceof apidrive.problem.ProblemException problem) {
            command.getErr().println("apidrive: " + problem.detail());
            return Failure.FAILED;
        }
        if (thrown instanceof java.io.IOException) {
            command.getErr().println("apidrive: " + thrown);
            return Failure.FAILED;
        }
        thrown.printStackTrace(command.getErr());
        return Failure.FAILED;
    }
}
