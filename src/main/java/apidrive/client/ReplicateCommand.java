package apidrive.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** {@code replicate}: copies what has too few copies; for cron. */
@Command(name = "replicate", description = {"Copies chunks that have too few copies to further servers: those of their network, "
        + "else those of the manifest and of --server.", "Exit code 0 only when every chunk has them in the end, 4 when one has "
        + "fewer. Where the servers are no network, new ones are written into the manifest."},
        mixinStandardHelpOptions = true)
final class ReplicateCommand implements Callable<Integer> {
    private static final int MOST_COPIES = 8;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.apidrive", arity = "1..*", description = "The manifests.")
    private List<Path> manifestPaths;

    @Option(names = "--min-copies", paramLabel = "N", required = true, description = "How many copies each chunk is to have at "
            + "least, 1 to 8.")
    private int copies;

    @Mixin
    private OtherServers others;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        if (copies < 1 || copies > MOST_COPIES) {
            throw new ParameterException(spec.commandLine(), "--min-copies is 1 to " + MOST_COPIES);
        }
        Report report = new Report(transfer);
        try (Http http = transfer.http()) {
            for (Path path : manifestPaths) {
                report.attempt(path.toString(), () -> replicate(path, http, report));
            }
        }
        return report.end();
    }

    private void replicate(Path path, Http http, Report report) throws IOException, InterruptedException {
        List<Manifest> files = new ArrayList<>(ManifestReader.read(Files.newInputStream(path)));
        boolean isChanged = false;
        for (int i = 0; i < files.size(); i++) {
            Replication replication = replicate(files.get(i), http, report);
            isChanged |= replication.renamed().isPresent();
            files.set(i, replication.renamed().orElse(files.get(i)));
        }
        if (isChanged) {
            ManifestFile.write(files, path);
            transfer.note(path + ": names the servers now that have the new copies");
        }
    }

    private Replication replicate(Manifest manifest, Http http, Report report) throws IOException, InterruptedException {
        Replication replication;
        long named = IntStream.range(0, manifest.count()).mapToLong(order -> manifest.placesOf(order).length).sum();
        try (Progress progress = transfer.counting("replicate " + manifest.name(), named)) {
            replication = new Replication(http, manifest, copies, others.servers(), transfer, progress);
            if (replication.servers() < copies) {
                transfer.note("warning: " + copies + " copies are wanted but only " + replication.servers()
                        + (replication.servers() == 1 ? " server is known" : " servers are known"));
            }
            replication.run(transfer.connections(replication.servers()));
        }
        int fewer = (int) IntStream.range(0, manifest.count()).filter(order -> replication.copies(order) < copies).count();
        int none = (int) IntStream.range(0, manifest.count()).filter(order -> replication.copies(order) == 0).count();
        report.done(new Document().with("File", manifest.name()).with("Chunks", manifest.count()).with("Wanted", copies)
                .with("ChunksThatLacked", replication.lacked()).with("CopiesMade", replication.made())
                .with("ChunksWithFewerCopies", fewer).with("ChunksWithout", none)
                .with("Complaint", replication.complaint().isEmpty() ? null : replication.complaint()),
                manifest.name() + ": " + manifest.count() + " chunks, " + replication.lacked() + " had fewer than " + copies
                + " copies, " + replication.made() + " copies were made; " + (manifest.count() - fewer) + " have enough now"
                + (fewer == 0 ? "" : ", " + fewer + " have fewer, " + none + " of them none: " + replication.complaint()),
                fewer == 0 ? ExitCode.DONE : ExitCode.COPIES_MISSING);
        return replication;
    }
}
