package apidrive.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code version}: which build this is. */
@Command(name = "version", description = "Prints the version of this build and of the Java that runs it.")
final class VersionCommand implements Callable<Integer>, CommandLine.IVersionProvider {
    private static final String BUILD = "/apidrive/build.properties";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        for (String line : getVersion()) {
            spec.commandLine().getOut().println(line);
        }
        return CommandLine.ExitCode.OK;
    }

    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream file = VersionCommand.class.getResourceAsStream(BUILD)) {
            build.load(file);
        }
        return new String[] {"apidrive " + build.getProperty("version"), "Java " + System.getProperty("java.version")};
    }
}
