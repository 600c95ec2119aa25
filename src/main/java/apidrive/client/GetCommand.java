package apidrive.client;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import apidrive.manifest.Assembly;
import apidrive.manifest.ChunkedFile;
import apidrive.manifest.FileName;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code get}: brings the files of a manifest back. */
@Command(name = "get", description = "Brings back the files that a manifest names, or an object.", mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.apidrive|ROOT", arity = "0..1", description = "The manifest; or an object's root, to be asked for "
            + "at --server.")
    private Path manifestPath;

    @Option(names = "--name", paramLabel = "NAMESPACE/NAME", description = "Bring back the object that has this name, instead.")
    private NamePath name;

    @Option(names = "--out", paramLabel = "PATH", description = "Where to write: a file, or a folder. Default: the names in "
            + "the manifest, in the current folder.")
    private Path out;

    @Option(names = "--force", description = "Replace a file that stands where one is to be written.")
    private boolean force;

    @Mixin
    private OtherServers others;

    @Mixin
    private Transfer transfer;

    @Override
    public Integer call() throws InterruptedException {
        Report report = new Report(transfer);
        Map<Path, Manifest> wanted = new LinkedHashMap<>();
        if ((manifestPath == null) == (name == null)) {
            throw new ParameterException(spec.commandLine(), "name either a manifest or a root, or a name with --name");
        }
        Optional<ChunkId> root = name == null ? root() : Optional.empty();
        requireServer(name != null || root.isPresent());
        try (Http http = transfer.http()) {
            report.attempt(name == null ? manifestPath.toString() : name.toString(), () -> wanted.putAll(targets(manifests(root, http))));
            for (Map.Entry<Path, Manifest> one : wanted.entrySet()) {
                report.attempt(one.getKey().toString(), () -> get(one.getValue(), one.getKey(), http, report));
            }
        }
        return report.end();
    }

    /** What was named, where that is an object and no file. */
    private Optional<ChunkId> root() {
        return Files.exists(manifestPath) ? Optional.empty() : ChunkId.parse(manifestPath.toString());
    }

    private void requireServer(boolean isObject) {
        if (isObject && others.servers().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "an object is asked for at a server: name one with --server");
        }
    }

    private List<Manifest> manifests(Optional<ChunkId> root, Http http) throws IOException, InterruptedException {
        if (name == null && root.isEmpty()) {
            return ManifestReader.read(Files.newInputStream(manifestPath));
        }
        ChunkId object = root.isPresent() ? root.get() : new Naming(http, transfer.patience()).root(name, others.servers());
        return List.of(new ObjectTree(http, others.servers(), transfer.patience()).manifest(object));
    }

    private Map<Path, Manifest> targets(List<Manifest> files) throws IOException {
        if (files.isEmpty()) {
            throw MALFORMED.because("the manifest names no file");
        }
        Map<Path, Manifest> targets = new LinkedHashMap<>();
        if (files.size() == 1 && out != null && !Files.isDirectory(out)) {
            targets.put(out, files.get(0));
            return targets;
        }
        for (Manifest file : files) {
            Path name = FileName.of(file.name());
            targets.put(out == null ? name : out.resolve(name), file);
        }
        if (out != null) {
            Files.createDirectories(out);
        }
        return targets;
    }

    private void get(Manifest manifest, Path target, Http http, Report report) throws IOException, InterruptedException {
        long began = System.nanoTime();
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !force) {
            if (!isSame(manifest, target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            report.done(result(manifest, target, manifest.length(), 0, began), target + ": is there already", ExitCode.DONE);
            return;
        }
        Path folder = target.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(ExitCode.FAILED, "there is no folder " + folder);
        }
        try (Assembly assembly = Assembly.open(manifest, target)) {
            if (assembly.heldChunks() > 0) {
                transfer.note(target + ": " + assembly.heldChunks() + " of " + manifest.count()
                        + " chunks are there from an interrupted run");
            }
            long total = manifest.isSized() ? manifest.length() : (long) manifest.count() * Chunk.MAX_BYTES;
            int fetched;
            try (Progress progress = transfer.progress("get " + target.getFileName(), total, assembly.heldBytes())) {
                fetched = new Fetching(http, manifest, assembly, others.servers(), transfer, progress)
                        .run(transfer.connections(manifest.places().size()));
                assembly.finish(force);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.INCOMPLETE, Report.words(e) + ". What has come is kept; the same command "
                        + "goes on from there");
            }
            long bytes = assembly.heldBytes();
            report.done(result(manifest, target, bytes, fetched, began), target + ": " + Progress.bytes(bytes) + " in "
                    + manifest.count() + " chunks from " + manifest.places().size() + " servers in "
                    + Progress.words(Duration.ofNanos(System.nanoTime() - began)), ExitCode.DONE);
        }
    }

    private static Document result(Manifest manifest, Path target, long bytes, int fetched, long began) {
        return new Document().with("File", target.toString()).with("Name", manifest.name()).with("Bytes", bytes)
                .with("Chunks", manifest.count()).with("ChunksFetched", fetched)
                .with("Seconds", (System.nanoTime() - began) / 1e9);
    }

    /** Whether the file that is there is what the manifest describes, as far as that can be told for every chunk. */
    private static boolean isSame(Manifest manifest, Path target) throws IOException {
        if (!Files.isRegularFile(target) || !manifest.isSized() || Files.size(target) != manifest.length()) {
            return false;
        }
        try (ChunkedFile file = ChunkedFile.open(target)) {
            for (int order = 0; order < manifest.count(); order++) {
                if (manifest.count() != file.count() || !manifest.isVerifiable(order)
                        || manifest.size(order).getAsInt() != file.size(order)) {
                    return false;
                }
                byte[] data = new byte[file.size(order)];
                file.read(order, data, 0);
                if (!manifest.accepts(order, data)) {
                    return false;
                }
            }
        }
        return true;
    }
}
