package apidrive.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code version}: tells the version of this build. */
@Command(name = "version", description = "Tells the version of this build.", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-v", "--verbose", "-verbose"}, description = "Tells what it runs on as well.")
    private boolean isVerbose;

    @Override
    public Integer call() {
        spec.commandLine().getOut().println("apidrive " + Version.ofBuild());
        if (isVerbose) {
            spec.commandLine().getOut().println("Runs with Java " + Runtime.version() + " on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch"));
        }
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
