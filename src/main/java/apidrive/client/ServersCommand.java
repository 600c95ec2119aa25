package apidrive.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code servers}: lists the network as a server sees it. */
@Command(name = "servers", description = "Lists the servers of a network as one of them sees it.", mixinStandardHelpOptions = true)
final class ServersCommand implements Callable<Integer> {
    private static final String ROW = "%-44s %-12s %-12s %-10s %14s %6s %8s  %s%n";
    private static final int MOST_PAGES = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "The server to ask.")
    private ServerUrl server;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Only servers of this zone.")
    private String zone;

    @Option(names = "--state", paramLabel = "STATE", description = "Only servers in this state: active, read-only, draining, "
            + "suspect, dead or left.")
    private String state;

    @Option(names = "--near", paramLabel = "ZONE", arity = "0..1", fallbackValue = "", description = "Only some servers of this "
            + "zone, by default the asked server's, and some links outside it.")
    private String near;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean isJson;

    private long printed;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.print('[');
        } else {
            out.printf(ROW, "URL", "ZONE", "GROUP", "STATE", "FREE SLOTS", "LOAD", "HEARD", "VERSION");
        }
        Optional<URI> next = Optional.of(ServerPage.first(server,
                parameter("zone", zone) + parameter("state", state) + parameter("near", near)));
        for (int pages = 0; next.isPresent() && pages < MOST_PAGES; pages++) {
            ServerPage page = NodeQuery.get(server, next.get(), ServerPage::of);
            page.servers().forEach(one -> print(one, out));
            next = page.next(server);
        }
        if (isJson) {
            out.println(']');
        }
        out.flush();
        return ExitCode.DONE;
    }

    private void print(Document one, PrintWriter out) {
        if (isJson) {
            out.print((printed++ == 0 ? "" : ",") + new String(Format.JSON.write(one), UTF_8));
            return;
        }
        Document slots = one.get("Slots", Document.class).orElseGet(Document::new);
        String heard = one.number("LastHeard").isPresent() ? one.number("LastHeard").getAsLong() + " s" : "-";
        out.printf(ROW, Table.value(one, "Url"), Table.value(one, "Zone"), Table.value(one, "Group"), Table.value(one, "State"),
                Table.value(slots, "Free"), Table.value(one, "Load"), heard, Table.value(one, "Version"));
    }

    private static String parameter(String name, String value) {
        return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value, UTF_8);
    }
}
