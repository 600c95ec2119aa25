package apidrive.client;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code join}: has a server join a network by others. */
@Command(name = "join", description = "Has a server join a network by servers that are in it.", mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(6);  // the server gives each of up to 16 its time

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", arity = "1..16", description = "Servers of the network; one that answers is enough.")
    private List<ServerUrl> urls;

    @Mixin
    private AdminOptions admin;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        Document answer = admin.tell("POST", "join", new Document().with("Urls", urls.stream().map(ServerUrl::toString).toList()),
                LIMIT);
        List<?> listed = answer.get("Servers", List.class).orElseGet(List::of);
        List<Document> servers = listed.stream()
                .filter(Document.class::isInstance).map(Document.class::cast).toList();
        long joined = servers.stream().filter(server -> server.get("Id").isPresent()).count();
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println(new String(Format.JSON.write(answer), StandardCharsets.UTF_8));
        } else {
            servers.forEach(server -> out.println(Table.value(server, "Url") + server.text("Id").map(id -> " joined, server "
                    + Table.printable(id)).orElse(" not joined: " + Table.value(server, "Failure"))));
        }
        out.flush();
        return joined == urls.size() ? ExitCode.DONE : joined > 0 ? ExitCode.INCOMPLETE : ExitCode.FAILED;
    }
}
