package apidrive.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slots}: tells how much room a server has. */
@Command(name = "slots", description = "Tells how much room a server has.", mixinStandardHelpOptions = true)
final class SlotsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "The server.")
    private ServerUrl server;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        Document slots = NodeQuery.get(server, server.slots(), Answer::document);
        spec.commandLine().getOut().println(isJson ? new String(Format.JSON.write(slots), StandardCharsets.UTF_8)
                : "total " + value(slots, "Total") + "\nused " + value(slots, "Used") + "\nfree " + value(slots, "Free")
                + "\nchunk size " + value(slots, "ChunkSize") + "\nlifetime " + value(slots, "Lifetime"));
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }

    private static String value(Document document, String name) {
        return document.get(name).map(value -> value.toString().replaceAll("\\p{Cntrl}", "?")).orElse("unknown");
    }
}
