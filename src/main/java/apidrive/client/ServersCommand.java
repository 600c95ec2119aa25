package apidrive.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code servers}: which servers a server knows. */
@Command(name = "servers", mixinStandardHelpOptions = true, description = "Lists the servers that a server knows.")
final class ServersCommand implements Callable<Integer> {
    private static final String ROW = "%-40s %-12s %-10s %14s %6s  %s%n";

    @Option(names = {"-s", "--server"}, required = true, paramLabel = "URL", description = "The server to ask.")
    private URI address;

    @Option(names = "--json", description = "Print what the server answers.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        byte[] answer = new Network(line -> { }).getJson(Server.at(address).route("/api/drive/servers").orElseThrow());
        if (json) {
            spec.commandLine().getOut().println(new String(answer, StandardCharsets.UTF_8));
            return CommandLine.ExitCode.OK;
        }
        spec.commandLine().getOut().printf(ROW, "URL", "ZONE", "STATE", "FREE SLOTS", "LOAD", "VERSION");
        for (Document server : servers(answer)) {
            spec.commandLine().getOut().printf(ROW, text(server, "Url"), text(server, "Zone"), text(server, "State"),
                    server.get("Slots", Document.class).map(slots -> text(slots, "Free")).orElse(""),
                    text(server, "Load"), text(server, "Version"));
        }
        return CommandLine.ExitCode.OK;
    }

    /** The route answers a bare array, which stands within an object here. */
    private static List<Document> servers(byte[] array) {
        String wrapped = "{\"Servers\":" + new String(array, StandardCharsets.UTF_8) + "}";
        return Format.JSON.readDocument(wrapped.getBytes(StandardCharsets.UTF_8)).get("Servers", List.class)
                .map(list -> ((List<?>) list).stream().filter(Document.class::isInstance).map(Document.class::cast)
                        .toList()).orElse(List.of());
    }

    private static String text(Document server, String name) {
        return server.get(name).map(Object::toString).orElse("");
    }
}
