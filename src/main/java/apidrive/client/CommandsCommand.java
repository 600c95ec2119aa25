package apidrive.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code commands}: names all commands. */
@Command(name = "commands", description = "Names all commands, one a line.", mixinStandardHelpOptions = true)
final class CommandsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.root().subcommands().keySet().stream().sorted().forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
