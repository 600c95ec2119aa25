package apidrive.client;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import apidrive.manifest.Entry;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestWriter;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code put}: cuts files into chunks, stores each on several servers, and writes the manifests. */
@Command(name = "put", mixinStandardHelpOptions = true,
        description = {"Cuts each FILE into chunks of 64 KiB, stores every chunk on several servers, and writes "
            + "FILE.apidrive, with which anybody can get the file back.",
            "Interrupted, the same command goes on where it stopped: FILE.apidrive.part says what is stored."})
final class PutCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to store.")
    private List<Path> files;

    @Option(names = {"-s", "--server"}, arity = "1..*", required = true, paramLabel = "URL",
            description = "Servers, for example http://localhost:8080.")
    private List<URI> addresses;

    @Option(names = {"-c", "--copies"}, defaultValue = "3", paramLabel = "N",
            description = "Servers that each chunk is stored on. Default: ${DEFAULT-VALUE}, or all, while there are fewer.")
    private int copies;

    @Option(names = {"-o", "--out"}, paramLabel = "PATH", description = "Where to write the manifest of a single FILE.")
    private Path out;

    @Mixin
    private TransferOptions options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (copies < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--copies is at least 1");
        }
        if (out != null && files.size() > 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--out goes with a single FILE");
        }
        for (URI address : addresses) {
            if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())) {
                throw new CommandLine.ParameterException(spec.commandLine(), address + " is not an http or https URL");
            }
        }
        List<Server> servers = addresses.stream().distinct().map(Server::at).toList();
        if (servers.size() < copies && !options.quiet()) {
            spec.commandLine().getErr().println("apidrive: warning: " + copies + " copies are wanted and there "
                    + (servers.size() == 1 ? "is 1 server" : "are " + servers.size() + " servers")
                    + "; each chunk is stored on " + (servers.size() == 1 ? "it" : "all of them"));
        }
        for (Path file : files) {
            put(file, servers);
        }
        return CommandLine.ExitCode.OK;
    }

    private void put(Path file, List<Server> servers) throws Exception {
        if (!Files.isRegularFile(file)) {
            throw Failure.failed(file + " is not a file");
        }
        Path manifest = out != null ? out : file.resolveSibling(file.getFileName() + ".apidrive");
        Path journalFile = manifest.resolveSibling(manifest.getFileName() + ".part");
        try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.READ);
             PutJournal journal = new PutJournal(journalFile);
             Progress progress = new Progress("put " + file.getFileName(), bytes.size(), options.quiet())) {
            long size = bytes.size();
            ChunkPutter putter = new ChunkPutter(options.network(progress::say), servers,
                    Math.min(copies, servers.size()), options.patience());
            Entry[] entries = new Entry[Math.toIntExact((size + Chunk.MAX_BYTES - 1) / Chunk.MAX_BYTES)];
            Map<List<String>, List<String>> urls = new ConcurrentHashMap<>();
            Workers.run(options.connections(servers.size()), entries.length, order -> {
                Chunk chunk = read(bytes, order, size);
                List<Server> before = holders(journal, order, chunk, servers);
                ChunkPutter.Stored stored = putter.put(chunk, before);
                if (before.size() < stored.holders().size()) {
                    journal.add(order, stored.id(), stored.holders());
                    progress.add(chunk.size());
                } else {
                    progress.skip(chunk.size());
                }
                entries[order] = new Entry(order, stored.id(), urls.computeIfAbsent(
                        stored.holders().stream().map(Server::retrieveUrl).toList(), same -> same), chunk.size(),
                        Optional.of(chunk.digest()));
            });
            write(new Manifest(file.getFileName().toString(), Arrays.asList(entries)), manifest);
            journal.delete();
            report(file, manifest, entries.length, progress);
        }
    }

    private static Chunk read(FileChannel bytes, int order, long size) throws IOException {
        long offset = (long) order * Chunk.MAX_BYTES;
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(Chunk.MAX_BYTES, size - offset));
        while (buffer.hasRemaining()) {
            if (bytes.read(buffer, offset + buffer.position()) < 0) {
                throw Failure.failed("the file became shorter while it was read");
            }
        }
        return Chunk.of(buffer.array());
    }

    /** Those of the servers on which an earlier run stored these very bytes. */
    private static List<Server> holders(PutJournal journal, int order, Chunk chunk, List<Server> servers) {
        return journal.at(order).filter(line -> line.id().equals(chunk.id()))
                .map(line -> servers.stream().filter(server -> line.holders().contains(server.retrieveUrl())).toList())
                .orElse(List.of());
    }

    private static void write(Manifest manifest, Path to) throws IOException {
        Path fresh = to.resolveSibling(to.getFileName() + ".new");
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(fresh))) {
            ManifestWriter.write(manifest, file);
        }
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void report(Path file, Path manifest, int chunks, Progress progress) {
        if (options.json()) {
            spec.commandLine().getOut().println(new String(Format.JSON.write(new Document()
                    .with("File", file.toString()).with("Manifest", manifest.toString()).with("Chunks", chunks)
                    .with("Bytes", progress.transferred() + progress.skipped()).with("Stored", progress.transferred())
                    .with("AlreadyStored", progress.skipped()).with("Seconds", progress.seconds())),
                    java.nio.charset.StandardCharsets.UTF_8));
        } else if (!options.quiet()) {
            spec.commandLine().getOut().println(manifest);
        }
    }
}
