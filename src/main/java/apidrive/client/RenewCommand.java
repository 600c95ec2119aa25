package apidrive.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code renew}: extends the leases of all copies. */
@Command(name = "renew", description = "Extends the leases of all chunks on all their servers.",
        mixinStandardHelpOptions = true)
final class RenewCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE.apidrive", description = "The manifest.")
    private Path manifestPath;

    @Mixin
    private OtherServers others;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        Report report = new Report(transfer);
        report.attempt(manifestPath.toString(), () -> {
            List<Manifest> files = ManifestReader.read(Files.newInputStream(manifestPath));
            try (Http http = transfer.http()) {
                for (Manifest file : files) {
                    report.attempt(file.name(), () -> renew(file, http, report));
                }
            }
        });
        return report.end();
    }

    private void renew(Manifest manifest, Http http, Report report) throws IOException, InterruptedException {
        Renewal renewal;
        long named = IntStream.range(0, manifest.count()).mapToLong(order -> manifest.placesOf(order).length).sum();
        try (Progress progress = transfer.counting("renew " + manifest.name(), named)) {
            renewal = new Renewal(http, manifest, others.servers(), transfer, progress);
            renewal.run(transfer.connections(manifest.places().size()));
        }
        String until = renewal.earliest().map(Instant::toString).orElse("");
        int code = renewal.isIncomplete() ? ExitCode.INCOMPLETE
                : renewal.chunks() < manifest.count() ? ExitCode.COPIES_MISSING : ExitCode.DONE;
        report.done(new Document().with("File", manifest.name()).with("Chunks", manifest.count())
                .with("ChunksRenewed", renewal.chunks()).with("CopiesRenewed", renewal.copies())
                .with("ChunksRenewedElsewhere", renewal.elsewhere()).with("CopiesMissing", renewal.missing()).with("CopiesNotReached", renewal.unreached())
                .with("ExpiresAt", until.isEmpty() ? null : until), manifest.name() + ": " + renewal.copies()
                + " copies of " + renewal.chunks() + " of " + manifest.count() + " chunks renewed"
                + (until.isEmpty() ? "" : ", kept at least until " + until)
                + (renewal.elsewhere() == 0 ? "" : "; " + renewal.elsewhere()
                + " chunks by another server of the network than the manifest names for them")
                + (renewal.missing() == 0 ? "" : "; " + renewal.missing() + " copies are missing")
                + (renewal.unreached() == 0 ? "" : "; " + renewal.unreached() + " copies could not be asked for: "
                + renewal.complaint()), code);
    }
}
