package apidrive.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}: tells the version of this build. */
@Command(name = "version", description = "Tells the version of this build.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println("apidrive " + Version.ofBuild());
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
