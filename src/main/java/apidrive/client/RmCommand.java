package apidrive.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rm}: deletes names, or what SOS clients stored. */
@Command(name = "rm", description = {"Deletes names, and with them the objects that nobody else holds.",
        "With --sos: what clients stored by the SOS doors, which cannot delete it themselves."}, mixinStandardHelpOptions = true)
final class RmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAMESPACE/NAME", arity = "1..*", description = "The names to delete; with --sos the ids.")
    private List<String> names;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "A server of the network.")
    private ServerUrl server;

    @Option(names = "--sos", description = "Delete blobs of the SOS doors.")
    private boolean isSos;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with an admin token, or where the server demands one of "
            + "whoever writes, a writer's; - reads it from standard input.")
    private String tokenFile;

    @Override
    public Integer call() throws InterruptedException {
        if (isSos && tokenFile == null) {
            throw new ParameterException(spec.commandLine(), "--sos goes with --token-file");
        }
        List<URI> urls = names.stream().map(name -> isSos ? server.blob(name) : server.name(path(name), "")).toList();
        Optional<String> token = Optional.ofNullable(tokenFile).map(AdminToken::read);
        for (URI url : urls) {
            NodeQuery.delete(server, url, token);
        }
        return ExitCode.DONE;
    }

    private NamePath path(String name) {
        try {
            return NamePath.parse(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
