package apidrive.client;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code servers}: lists the servers that a server knows. */
@Command(name = "servers", description = "Lists the servers that a server knows.", mixinStandardHelpOptions = true)
final class ServersCommand implements Callable<Integer> {
    private static final String ROW = "%-44s %-12s %-10s %14s %6s  %s%n";

    @Spec
    private CommandSpec spec;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "The server to ask.")
    private ServerUrl server;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        List<Document> servers = NodeQuery.get(server, server.servers(), answer -> answer.format().readDocuments(answer.body()));
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.println(new String(Format.JSON.write(servers), StandardCharsets.UTF_8));
        } else {
            out.printf(ROW, "URL", "ZONE", "STATE", "FREE SLOTS", "LOAD", "VERSION");
            for (Document one : servers) {
                Document slots = one.get("Slots").filter(Document.class::isInstance).map(Document.class::cast)
                        .orElseGet(Document::new);
                out.printf(ROW, value(one, "Url"), value(one, "Zone"), value(one, "State"), value(slots, "Free"),
                        value(one, "Load"), value(one, "Version"));
            }
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static String value(Document document, String name) {
        return document.get(name).map(value -> value instanceof Double number ? String.format("%.2f", number)
                : value.toString().replaceAll("\\p{Cntrl}", "?")).orElse("-");
    }
}
