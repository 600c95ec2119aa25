package apidrive.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code replicate}: copies what has too few copies; for cron, or as a daemon. */
@Command(name = "replicate", description = {"Copies chunks that have too few copies to further servers: those of their network, "
        + "else those of the manifest and of --server.", "Exit code 0 only when every chunk has them in the end, 4 when one has "
        + "fewer. Where the servers are no network, new ones are written into the manifest.",
        "With --daemon it does so again and again until the process is told to end.",
        "With --all it goes through every chunk that each --server keeps, a thousand at a time."},
        mixinStandardHelpOptions = true)
final class ReplicateCommand implements Callable<Integer> {
    private static final int MOST_COPIES = 8;
    private static final int MOST_SECONDS = 31_536_000;  // a year

    /** Whom a manifest names may be anybody's server: a token goes to those alone that get copies. */
    private record Ways(Http reading, Http writing) {
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.apidrive", arity = "0..*", description = "The manifests.")
    private List<Path> manifestPaths = List.of();

    @Option(names = "--min-copies", paramLabel = "N", required = true, description = "How many copies each chunk is to have at "
            + "least, 1 to 8.")
    private int copies;

    @Option(names = "--all", description = "Instead of manifests: every chunk that the servers named by --server keep.")
    private boolean isAll;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with a token that lets write, where servers demand one; - "
            + "reads it from standard input. Every server that gets copies learns it. With --all: an admin token of the servers named, "
            + "which they alone learn.")
    private String tokenFile;

    @Option(names = "--writer-token-file", paramLabel = "FILE", description = "With --all: file with a token that lets write, where "
            + "servers demand one. Every server that gets copies learns it.")
    private String writerTokenFile;

    @Option(names = "--daemon", paramLabel = "SECONDS", description = "Go on for ever, so long after each round is over, 1 to 31536000. "
            + "What a round could not do the next tries again.")
    private Integer pause;

    @Option(names = {"-v", "--verbose", "-verbose"}, description = "Tell on stderr of each chunk that had "
            + "too few copies where it was and is.")
    private boolean isVerbose;

    @Mixin
    private OtherServers others;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        requireLawful();
        Optional<String> token = Optional.ofNullable(tokenFile).map(AdminToken::read);
        Optional<String> writer = isAll ? Optional.ofNullable(writerTokenFile).map(AdminToken::read) : token;
        try (Http reading = transfer.http(); Http writing = transfer.http(writer)) {
            Ways ways = new Ways(reading, writing);
            int code = round(token, ways);
            while (pause != null) {
                TimeUnit.SECONDS.sleep(pause);
                code = round(token, ways);
            }
            return code;
        }
    }

    /** Once through all; the exit code if it is the last. */
    private int round(Optional<String> token, Ways ways) throws InterruptedException {
        Report report = new Report(transfer);
        if (isAll) {
            for (ServerUrl server : others.servers()) {
                report.attempt(server.toString(), () -> replicate(server, token.orElseThrow(), ways, report));
            }
        }
        for (Path path : manifestPaths) {
            report.attempt(path.toString(), () -> replicate(path, ways, report));
        }
        return report.end();
    }

    private void requireLawful() {
        if (copies < 1 || copies > MOST_COPIES) {
            throw new ParameterException(spec.commandLine(), "--min-copies is 1 to " + MOST_COPIES);
        }
        if (isAll == !manifestPaths.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name manifests, or --all and servers");
        }
        if (isAll && (tokenFile == null || others.servers().isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--all goes with --server and --token-file");
        }
        if (writerTokenFile != null && !isAll) {
            throw new ParameterException(spec.commandLine(), "--writer-token-file goes with --all");
        }
        if (pause != null && (pause < 1 || pause > MOST_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--daemon is 1 to " + MOST_SECONDS);
        }
    }

    /** What it cannot list to the end it fails with, so that nobody takes a part for the whole. */
    private void replicate(ServerUrl server, String token, Ways ways, Report report) throws InterruptedException {
        ReplicationTally tally = new ReplicationTally(server.toString(), copies);
        long kept = NodeQuery.get(server, server.slots(), Answer::document).number("Used").orElse(0);
        KeptChunks pages = new KeptChunks(server, token);
        try (Progress progress = transfer.counting("replicate " + server, kept)) {
            for (Optional<Manifest> page = pages.next(); page.isPresent(); page = pages.next()) {
                if (page.get().count() > 0) {
                    tally.add(replicate(page.get(), ways, progress, tally.isEmpty()));
                }
            }
        } catch (CommandFailure e) {
            if (!tally.isEmpty()) {
                tally.tell(report);
            }
            throw e;
        }
        tally.tell(report);
    }

    private void replicate(Path path, Ways ways, Report report) throws IOException, InterruptedException {
        List<Manifest> files = new ArrayList<>(ManifestReader.read(Files.newInputStream(path)));
        boolean isChanged = false;
        for (int i = 0; i < files.size(); i++) {
            Replication replication = replicate(files.get(i), ways, report);
            isChanged |= replication.renamed().isPresent();
            files.set(i, replication.renamed().orElse(files.get(i)));
        }
        if (isChanged) {
            ManifestFile.write(files, path);
            transfer.note(path + ": names the servers now that have the new copies");
        }
    }

    private Replication replicate(Manifest manifest, Ways ways, Report report) throws InterruptedException {
        long named = IntStream.range(0, manifest.count()).mapToLong(order -> manifest.placesOf(order).length).sum();
        Replication replication;
        try (Progress progress = transfer.counting("replicate " + manifest.name(), named)) {
            replication = replicate(manifest, ways, progress, true);
        }
        ReplicationTally tally = new ReplicationTally(manifest.name(), copies);
        tally.add(replication);
        tally.tell(report);
        return replication;
    }

    private Replication replicate(Manifest manifest, Ways ways, Progress progress, boolean warns) throws InterruptedException {
        Replication replication = new Replication(ways.reading(), ways.writing(), manifest, copies, others.servers(), transfer,
                progress);
        if (warns && replication.servers() < copies) {
            transfer.note("warning: " + copies + " copies are wanted but only " + replication.servers()
                    + (replication.servers() == 1 ? " server is known" : " servers are known"));
        }
        replication.run(transfer.connections(replication.servers()));
        if (isVerbose) {
            replication.deeds().forEach(transfer::note);
        }
        return replication;
    }
}
