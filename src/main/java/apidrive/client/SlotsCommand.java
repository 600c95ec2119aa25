package apidrive.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code slots}: how much room a server has. */
@Command(name = "slots", mixinStandardHelpOptions = true, description = "Tells how much room a server has.")
final class SlotsCommand implements Callable<Integer> {
    @Option(names = {"-s", "--server"}, required = true, paramLabel = "URL", description = "The server.")
    private URI address;

    @Option(names = "--json", description = "Print what the server answers.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        byte[] answer = new Network(line -> { }).getJson(Server.at(address).route("/api/drive/slots").orElseThrow());
        if (json) {
            spec.commandLine().getOut().println(new String(answer, StandardCharsets.UTF_8));
            return CommandLine.ExitCode.OK;
        }
        Document slots = Format.JSON.readDocument(answer);
        long chunk = slots.get("ChunkSize", Long.class).orElse(0L);
        for (String name : new String[] {"Total", "Used", "Free"}) {
            long count = slots.get(name, Long.class).orElse(0L);
            spec.commandLine().getOut().printf("%-5s %,14d slots %12s%n", name, count, Progress.amount(count * chunk));
        }
        spec.commandLine().getOut().println("A chunk is kept " + slots.get("Lifetime").orElse("?")
                + " after it was stored or last retrieved.");
        return CommandLine.ExitCode.OK;
    }
}
