package apidrive.client;

import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rm}: deletes names. */
@Command(name = "rm", description = "Deletes names, and with them the objects that nobody else holds.", mixinStandardHelpOptions = true)
final class RmCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAMESPACE/NAME", arity = "1..*", description = "The names to delete.")
    private List<NamePath> names;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "A server of the network.")
    private ServerUrl server;

    @Override
    public Integer call() throws InterruptedException {
        for (NamePath name : names) {
            NodeQuery.delete(server, server.name(name, ""));
        }
        return ExitCode.DONE;
    }
}
