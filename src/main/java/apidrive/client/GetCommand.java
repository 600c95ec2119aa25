package apidrive.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.manifest.Entry;
import apidrive.manifest.Manifest;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get}: fetches the chunks that a manifest names and puts the files together again. */
@Command(name = "get", mixinStandardHelpOptions = true,
        description = {"Fetches the files that MANIFEST describes into the present folder, or to --out. Chunks come over "
            + "many connections from servers chosen at random; each is checked before it is written.",
            "Interrupted, the same command goes on where it stopped: FILE.part holds what has come."})
final class GetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MANIFEST", description = "A .apidrive file.")
    private Path manifestFile;

    @Option(names = {"-o", "--out"}, paramLabel = "PATH", description = "Where to write; a folder when MANIFEST "
            + "describes several files.")
    private Path out;

    @Option(names = {"-f", "--force"}, description = "Replace a file that is there and differs.")
    private boolean force;

    @Mixin
    private TransferOptions options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Manifest> manifests = ManifestFile.read(manifestFile);
        for (Manifest manifest : manifests) {
            get(manifest, target(manifest, manifests.size() == 1));
        }
        return CommandLine.ExitCode.OK;
    }

    private Path target(Manifest manifest, boolean single) {
        if (out == null) {
            return Path.of(manifest.fileName()).toAbsolutePath();
        }
        return single && !Files.isDirectory(out) ? out.toAbsolutePath()
                : out.toAbsolutePath().resolve(manifest.fileName());
    }

    private void get(Manifest manifest, Path target) throws Exception {
        if (Files.exists(target) && !force) {
            if (!Files.isRegularFile(target) || !isSame(manifest, target)) {
                throw Failure.failed(target + " is there and is not this file; use --force to replace it, or --out");
            }
            report(target, manifest.entries().size(), Files.size(target), 0, 0);
            return;
        }
        try (PartFile part = new PartFile(manifest, target);
             Progress progress = new Progress("get " + target.getFileName(), manifest.size(), options.quiet())) {
            ChunkGetter getter = new ChunkGetter(options.network(progress::say), options.patience());
            int servers = (int) manifest.entries().stream().flatMap(entry -> entry.urls().stream()).distinct().count();
            Workers.run(options.connections(servers), manifest.entries().size(), order -> {
                if (part.has(order)) {
                    progress.skip(part.size(order));
                } else {
                    Chunk chunk = getter.get(manifest.entries().get(order));
                    part.write(order, chunk);
                    progress.add(chunk.size());
                }
            });
            long size = part.finish();
            report(target, manifest.entries().size(), size, progress.transferred(), progress.seconds());
        }
    }

    /** Whether the file is what the manifest describes, as far as its sizes and digests tell. */
    private static boolean isSame(Manifest manifest, Path file) throws IOException {
        if (!manifest.isSized() || manifest.size() != Files.size(file)) {
            return false;
        }
        long[] offsets = manifest.offsets();
        try (FileChannel bytes = FileChannel.open(file)) {
            for (Entry entry : manifest.entries()) {
                if (!entry.isVerifiable() || !entry.admits(PartFile.read(bytes, offsets[entry.order()], entry.size()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private void report(Path target, int chunks, long size, long fetched, double seconds) {
        if (options.json()) {
            spec.commandLine().getOut().println(new String(Format.JSON.write(new Document()
                    .with("File", target.toString()).with("Chunks", chunks).with("Bytes", size)
                    .with("Fetched", fetched).with("Seconds", seconds)), StandardCharsets.UTF_8));
        } else if (!options.quiet()) {
            spec.commandLine().getOut().println(target);
        }
    }
}
