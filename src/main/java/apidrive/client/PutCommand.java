package apidrive.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.manifest.ChunkedFile;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.manifest.ManifestWriter;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code put}: stores files and writes their manifests. */
@Command(name = "put", description = "Stores files and writes FILE.apidrive, by which get brings them back.",
        mixinStandardHelpOptions = true)
final class PutCommand implements Callable<Integer> {
    private static final String MANIFEST = ".apidrive";
    private static final String JOURNAL = ".part";
    private static final String NEW = ".new";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files to store.")
    private List<Path> files;

    @Option(names = "--server", paramLabel = "URL", required = true, split = ",", description = "A server to store on; "
            + "give it several times, or several with commas.")
    private List<ServerUrl> servers;

    @Option(names = "--copies", paramLabel = "N", defaultValue = "3", description = "On how many of the servers each chunk "
            + "is kept. Default: ${DEFAULT-VALUE}.")
    private int copies;

    @Option(names = "--out", paramLabel = "PATH", description = "Where to write the manifest: a file, or a folder for those "
            + "of several files. Default: FILE.apidrive.")
    private Path out;

    @Option(names = "--force", description = "Replace a file that stands where the manifest is to be written.")
    private boolean force;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        if (copies < 1) {
            throw new ParameterException(spec.commandLine(), "--copies is at least 1");
        }
        if (out != null && files.size() > 1 && !Files.isDirectory(out)) {
            throw new ParameterException(spec.commandLine(), "--out is to be a folder, for there are several files");
        }
        List<ServerUrl> distinct = servers.stream().distinct().toList();
        if (distinct.size() < copies) {
            transfer.note("warning: " + copies + " copies are wanted but " + (distinct.size() == 1 ? "one server is"
                    : distinct.size() + " servers are") + " named: each chunk is stored "
                    + (distinct.size() == 1 ? "once" : distinct.size() + " times"));
        }
        Report report = new Report(transfer);
        int connections = transfer.connections(distinct.size());
        try (Http http = transfer.http()) {
            for (Path file : files) {
                report.attempt(file.toString(), () -> put(file, http, distinct, connections, report));
            }
        }
        return report.end();
    }

    private void put(Path file, Http http, List<ServerUrl> distinct, int connections, Report report)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path manifestPath = manifestPath(file);
        refuseForeign(manifestPath, file);
        Path journalPath = manifestPath.resolveSibling(manifestPath.getFileName() + JOURNAL);
        try (ChunkedFile source = ChunkedFile.open(file);
             PutJournal journal = PutJournal.open(journalPath, distinct.stream().map(ServerUrl::toString).toList(),
                     source.count(), Instant.now())) {
            Storing storing;
            Manifest manifest;
            try (Progress progress = transfer.progress("put " + file.getFileName(), source.length(), 0)) {
                List<Server> known = new ArrayList<>();
                distinct.forEach(url -> known.add(new Server(url.toString(), transfer.patience(), progress::say)));
                storing = new Storing(http, distinct, known, Math.min(copies, distinct.size()), progress);
                manifest = storing.run(source, file.getFileName().toString(), journal, connections);
            }
            if (!source.isUnchanged()) {
                throw new CommandFailure(ExitCode.INCOMPLETE, "the file was changed while it was stored; the same command "
                        + "stores what is new");
            }
            write(manifest, manifestPath);
            journal.discard();
            tell(file, manifestPath, manifest, storing, Duration.ofNanos(System.nanoTime() - began), report);
        }
    }

    private void tell(Path file, Path manifestPath, Manifest manifest, Storing storing, Duration took, Report report) {
        int times = storing.copies();
        if (storing.fewer() > 0) {
            transfer.note("warning: " + storing.fewer() + " of " + manifest.count() + " chunks have fewer copies than "
                    + times + ": servers gave the same chunk different ids, which one entry cannot name");
        }
        report.done(new Document().with("File", file.toString()).with("Manifest", manifestPath.toString())
                .with("Bytes", manifest.length()).with("Chunks", manifest.count()).with("Copies", times)
                .with("CopiesStoredBefore", storing.recalled()).with("ChunksWithFewerCopies", storing.fewer())
                .with("Seconds", took.toNanos() / 1e9), file + ": " + Progress.bytes(manifest.length()) + " in "
                + manifest.count() + " chunks stored " + times + (times == 1 ? " time in " : " times in ")
                + Progress.words(took) + ", manifest " + manifestPath, ExitCode.DONE);
    }

    private Path manifestPath(Path file) {
        if (out != null && !Files.isDirectory(out)) {
            return out;
        }
        String name = file.getFileName() == null ? "root" : file.getFileName() + MANIFEST;
        return out != null ? out.resolve(name) : file.resolveSibling(name);
    }

    /** A manifest of the same file is replaced, anything else only when told so. */
    private void refuseForeign(Path manifestPath, Path file) throws IOException {
        if (force || !Files.exists(manifestPath)) {
            return;
        }
        try {
            List<Manifest> found = ManifestReader.read(Files.newInputStream(manifestPath));
            if (found.size() == 1 && found.get(0).name().equals(file.getFileName().toString())) {
                return;
            }
        } catch (ProblemException e) {
            throw new FileAlreadyExistsException(manifestPath.toString());
        }
        throw new FileAlreadyExistsException(manifestPath.toString());
    }

    private static void write(Manifest manifest, Path path) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + NEW);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
             OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel))) {
            ManifestWriter.write(List.of(manifest), stream);
            stream.flush();
            channel.force(true);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }
}
