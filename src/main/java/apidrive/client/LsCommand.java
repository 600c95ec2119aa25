package apidrive.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ls}: lists the names of a namespace. */
@Command(name = "ls", description = "Lists what has a name in a namespace.", mixinStandardHelpOptions = true)
final class LsCommand implements Callable<Integer> {
    private static final String ROW = "%14s  %-24s  %s%n";
    private static final int PAGE = 500;
    private static final int MOST_PAGES = 100_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAMESPACE[/PREFIX]", description = "The namespace, and how the names begin.")
    private String place;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "A server of the network.")
    private ServerUrl server;

    @Option(names = "--names", description = "Print the names alone: quicker where there are a great many.")
    private boolean isBare;

    @Option(names = "--json", description = "Print one document a line, as JSON.")
    private boolean isJson;

    @Override
    public Integer call() throws InterruptedException {
        int slash = place.indexOf('/');
        String namespace = slash < 0 ? place : place.substring(0, slash);
        String prefix = slash < 0 ? "" : place.substring(slash + 1);
        PrintWriter out = spec.commandLine().getOut();
        boolean isWhole = true;
        Optional<String> after = Optional.empty();
        int pages = 0;
        do {
            String query = "?limit=" + PAGE + (isBare ? "&only=names" : "") + "&prefix=" + NamePath.encoded(prefix)
                    + after.map(name -> "&after=" + NamePath.encoded(name)).orElse("");
            Document page = NodeQuery.get(server, server.names(namespace, query), Answer::document);
            documents(page, "Names").forEach(name -> print(name, out));
            isWhole &= page.get("Silent", List.class).orElse(List.of()).isEmpty();
            after = page.text("Next");
        } while (after.isPresent() && ++pages < MOST_PAGES);
        out.flush();
        if (!isWhole) {
            spec.commandLine().getErr().println("warning: some servers did not answer; what none but these keep is missing");
        }
        return isWhole ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private void print(Document name, PrintWriter out) {
        if (isJson) {
            out.println(new String(Format.JSON.write(name), UTF_8));
        } else if (isBare) {
            out.println(Table.value(name, "Name"));
        } else {
            out.printf(ROW, Table.value(name, "Size"), Table.value(name, "MadeAt"), Table.value(name, "Name"));
        }
    }

    private static List<Document> documents(Document page, String member) {
        return ((List<?>) page.get(member, List.class).orElse(List.of())).stream().filter(Document.class::isInstance)
                .map(Document.class::cast).toList();
    }
}
