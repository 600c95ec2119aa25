package apidrive.client;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flags}: lists the options of a command. */
@Command(name = "flags", description = "Lists the options of a command, or those that need none, one a line.",
        mixinStandardHelpOptions = true)
final class FlagsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command.")
    private String command;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (OptionSpec option : described().options()) {
            out.println(String.join(", ", option.names()) + (option.arity().max() == 0 ? "" : "=" + option.paramLabel()) + "\t"
                    + String.join(" ", option.description()).replace("%%", "%"));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private CommandSpec described() {
        if (command == null) {
            return spec.root();
        }
        CommandLine named = spec.root().subcommands().get(command);
        if (named == null) {
            throw new ParameterException(spec.commandLine(), "there is no command '" + command + "'");
        }
        return named.getCommandSpec();
    }
}
