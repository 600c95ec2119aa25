package apidrive.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify}: tells how many live copies each chunk has. */
@Command(name = "verify", description = {"Tells how many live copies each chunk has; exit code 4 when one has too few.",
        "It asks for each chunk without its bytes where the server can tell; that renews no lease. Copies that a network "
        + "made elsewhere count where those that the manifest names are too few."},
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private static final int WORST_SHOWN = 10;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.apidrive", description = "The manifest.")
    private Path manifestPath;

    @Option(names = "--deep", description = "Retrieve every copy and check its bytes (this renews the leases).")
    private boolean deep;

    @Option(names = "--copies", paramLabel = "N", defaultValue = "1", description = "How many live copies are enough. "
            + "Default: ${DEFAULT-VALUE}.")
    private int copies;

    @Mixin
    private OtherServers others;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        if (copies < 1) {
            throw new ParameterException(spec.commandLine(), "--copies is at least 1");
        }
        Report report = new Report(transfer);
        report.attempt(manifestPath.toString(), () -> {
            List<Manifest> files = ManifestReader.read(Files.newInputStream(manifestPath));
            try (Http http = transfer.http()) {
                for (Manifest file : files) {
                    report.attempt(file.name(), () -> verify(file, http, report));
                }
            }
        });
        return report.end();
    }

    private void verify(Manifest manifest, Http http, Report report) throws IOException, InterruptedException {
        Census census;
        long named = IntStream.range(0, manifest.count()).mapToLong(order -> manifest.placesOf(order).length).sum();
        try (Progress progress = transfer.counting("verify " + manifest.name(), named)) {
            census = new Census(http, manifest, deep, others.servers(), transfer, progress);
            census.run(copies, transfer.connections(manifest.places().size()));
        }
        Map<Integer, Integer> histogram = new TreeMap<>();
        IntStream.range(0, manifest.count()).forEach(order -> histogram.merge(census.live(order), 1, Integer::sum));
        List<Integer> worst = IntStream.range(0, manifest.count()).filter(order -> census.live(order) < copies).boxed()
                .sorted((one, other) -> census.live(one) - census.live(other)).limit(WORST_SHOWN).toList();
        int code = worst.isEmpty() ? ExitCode.DONE : ExitCode.COPIES_MISSING;
        report.done(document(manifest, census, histogram, worst), text(manifest, census, histogram, worst), code);
    }

    private Document document(Manifest manifest, Census census, Map<Integer, Integer> histogram, List<Integer> worst) {
        List<Document> counts = new ArrayList<>();
        histogram.forEach((live, chunks) -> counts.add(new Document().with("Copies", live).with("Chunks", chunks)));
        return new Document().with("File", manifest.name()).with("Chunks", manifest.count()).with("Wanted", copies)
                .with("LiveCopies", counts)
                .with("Worst", worst.stream().map(order -> new Document().with("Order", order)
                        .with("Id", manifest.id(order)).with("Copies", census.live(order))
                        .with("Named", manifest.placesOf(order).length)).toList())
                .with("Servers", census.counts().stream().map(count -> new Document().with("Url", count.server())
                        .with("Live", count.live()).with("Missing", count.missing())).toList());
    }

    private String text(Manifest manifest, Census census, Map<Integer, Integer> histogram, List<Integer> worst) {
        StringBuilder text = new StringBuilder(manifest.name() + ": " + manifest.count() + " chunks");
        histogram.forEach((live, chunks) -> text.append(String.format("%n  %d with %d live %s", chunks, live,
                live == 1 ? "copy" : "copies")));
        census.counts().forEach(count -> text.append(String.format("%n  %s: %d live, %d missing", count.server(),
                count.live(), count.missing())));
        worst.forEach(order -> text.append(String.format("%n  worst: chunk %d, %s: %d of %d copies live", order,
                manifest.id(order), census.live(order), manifest.placesOf(order).length)));
        return text.toString();
    }
}
