package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import apidrive.manifest.ChunkedFile;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.DriveRequest;
import apidrive.wire.Lifetime;
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
    private static final String OBJECT_JOURNAL = ".object.part";
    private static final int USUAL_COPIES = 3;

    /** Where all files go; {@code network} is empty where the servers named are none. */
    private record Course(Optional<Network> network, Destination destination) {
    }

    /** A file that is stored. */
    private record Done(Path file, Path manifestPath, Manifest manifest, Storing storing, Duration took) {
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files to store.")
    private List<Path> files;

    @Option(names = "--server", paramLabel = "URL", required = true, split = ",", description = "A server to store on; "
            + "give it several times, or several with commas.")
    private List<ServerUrl> servers;

    @Option(names = "--copies", paramLabel = "N", description = "On how many of the servers each chunk is kept. Default: what "
            + "the servers' network says; 3 where they are in none.")
    private Integer copies;

    @Option(names = "--ack", paramLabel = "N", description = "How many copies the network makes before it answers, 1 to 8 or "
            + "all; the others follow. Default: what the network says.")
    private String ack;

    @Option(names = "--direct", description = "Send every copy of a chunk to one of the servers named, whatever network they "
            + "are in.")
    private boolean direct;

    @Option(names = "--object", description = "Store each file as an object on the first server, and print its root, by which get brings "
            + "it back from any server of the network. Writes no manifest.")
    private boolean asObject;

    @Option(names = "--name", paramLabel = "NAMESPACE/NAME", description = "With --object: give the object this name, by which any "
            + "server of the network finds it. What it meant before stays as an earlier version.")
    private NamePath name;

    @Option(names = "--lifetime", paramLabel = "TIME", description = "With --object: how long it is kept, and its name: seconds, or a "
            + "duration as P30D or PT12H. Default: until it is deleted.")
    private String lifetime;

    @Option(names = "--out", paramLabel = "PATH", description = "Where to write the manifest: a file, or a folder for those "
            + "of several files. Default: FILE.apidrive.")
    private Path out;

    @Option(names = "--force", description = "Replace a file that stands where the manifest is to be written.")
    private boolean force;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with a token that lets write, where servers demand one; - "
            + "reads it from standard input. Every server that is stored on learns it.")
    private String tokenFile;

    @Mixin
    private Transfer transfer;

    private Course course;

    @Override
    public Integer call() throws InterruptedException {
        if (copies != null && copies < 1) {
            throw new ParameterException(spec.commandLine(), "--copies is at least 1");
        }
        Integer acknowledged = ack == null ? null : acknowledgements(ack);
        if (out != null && files.size() > 1 && !Files.isDirectory(out)) {
            throw new ParameterException(spec.commandLine(), "--out is to be a folder, for there are several files");
        }
        if (asObject && (out != null || direct)) {
            throw new ParameterException(spec.commandLine(), "an object has no manifest to be written with --out, and its server sees to "
                    + "the copies, without --direct");
        }
        if (name != null && (!asObject || files.size() > 1)) {
            throw new ParameterException(spec.commandLine(), "--name is for one file, stored with --object");
        }
        requireLawfulLifetime();
        List<ServerUrl> distinct = servers.stream().distinct().toList();
        transfer.requireLawful();
        Report report = new Report(transfer);
        try (Http http = transfer.http(Optional.ofNullable(tokenFile).map(AdminToken::read))) {
            for (Path file : files) {
                report.attempt(file.toString(), asObject ? () -> putObject(file, http, report) : () -> {
                    Path manifestPath = manifestPath(file);
                    refuseForeign(manifestPath, file);
                    course = course != null ? course : course(http, distinct, acknowledged);
                    put(file, manifestPath, http, report);
                });
            }
        }
        return report.end();
    }

    private void requireLawfulLifetime() {
        if (lifetime != null && !asObject) {
            throw new ParameterException(spec.commandLine(), "--lifetime goes with --object: chunks live as long as their lease");
        }
        try {
            Optional.ofNullable(lifetime).ifPresent(Lifetime::parse);
        } catch (ProblemException e) {
            throw new ParameterException(spec.commandLine(), "--lifetime: " + e.detail());
        }
    }

    private void putObject(Path file, Http http, Report report) throws IOException, InterruptedException {
        long began = System.nanoTime();
        String wishes = Stream.of(copies == null ? "" : "copies=" + copies, ack == null ? "" : "ack=" + ack)
                .filter(wish -> !wish.isEmpty()).map(wish -> "&" + wish).collect(Collectors.joining());
        ObjectPut.Done done;
        try (Progress progress = transfer.progress("put " + file.getFileName(), Files.size(file), 0)) {
            done = new ObjectPut(http, servers.get(0), wishes.isEmpty() ? "" : "?" + wishes.substring(1),
                    Optional.ofNullable(lifetime), transfer.patience())
                    .put(file, file.resolveSibling(file.getFileName() + OBJECT_JOURNAL), progress);
        }
        URI url = name == null ? done.url() : new Naming(http, transfer.patience()).give(name, done.root(), servers.get(0),
                wishes + (lifetime == null ? "" : "&lifetime=" + lifetime));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        report.done(new Document().with("File", file.toString()).with("Root", done.root().toString()).with("Url", url.toString())
                .with("Bytes", done.bytes()).with("Sha256", done.sha256()).with("Seconds", took.toNanos() / 1e9),
                file + ": " + Progress.bytes(done.bytes()) + " in " + Progress.words(took) + ", object " + done.root() + " " + url,
                ExitCode.DONE);
    }

    private Course course(Http http, List<ServerUrl> named, Integer acknowledged) {
        Optional<Network> network = direct ? Optional.empty() : new Discovery(http).common(named);
        return new Course(network, network.<Destination>map(known -> inNetwork(known, named, acknowledged))
                .orElseGet(() -> onNamed(named)));
    }

    private int acknowledgements(String text) {
        try {
            return DriveRequest.ack(text);
        } catch (ProblemException e) {
            throw new ParameterException(spec.commandLine(), "--ack is 1 to " + DriveRequest.MOST_COPIES + " or all");
        }
    }

    private Destination inNetwork(Network network, List<ServerUrl> named, Integer acknowledged) {
        if (copies != null && copies > DriveRequest.MOST_COPIES) {
            throw new ParameterException(spec.commandLine(), "--copies is at most " + DriveRequest.MOST_COPIES
                    + " in a network; --direct stores on more servers");
        }
        int wanted = wanted(network);
        if (network.size() < wanted) {
            transfer.note("warning: " + wanted + " copies are wanted but the network " + network.name() + " has "
                    + network.size() + " servers that take chunks");
        }
        return new NetworkServers(network, named, copies, acknowledged);
    }

    private int wanted(Network network) {
        return copies == null ? network.copies() : copies;
    }

    private Destination onNamed(List<ServerUrl> named) {
        int wanted = copies == null ? USUAL_COPIES : copies;
        if (named.size() < wanted) {
            transfer.note("warning: " + wanted + " copies are wanted but " + (named.size() == 1 ? "one server is"
                    : named.size() + " servers are") + " named: each chunk is stored "
                    + (named.size() == 1 ? "once" : named.size() + " times"));
        }
        if (ack != null) {
            transfer.note("warning: --ack means nothing to servers that are in no network, or with --direct");
        }
        return new NamedServers(named, wanted);
    }

    private void put(Path file, Path manifestPath, Http http, Report report) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Destination destination = course.destination();
        Path journalPath = manifestPath.resolveSibling(manifestPath.getFileName() + JOURNAL);
        try (ChunkedFile source = ChunkedFile.open(file);
             PutJournal journal = PutJournal.open(journalPath, destination.servers().stream().map(ServerUrl::toString).toList(),
                     source.count(), Instant.now())) {
            Storing storing;
            Manifest manifest;
            try (Progress progress = transfer.progress("put " + file.getFileName(), source.length(), 0)) {
                storing = new Storing(http, destination, transfer.patience(), progress);
                manifest = storing.run(source, file.getFileName().toString(), journal,
                        transfer.connections(destination.servers().size()));
            }
            if (!source.isUnchanged()) {
                throw new CommandFailure(ExitCode.INCOMPLETE, "the file was changed while it was stored; the same command "
                        + "stores what is new");
            }
            ManifestFile.write(List.of(manifest), manifestPath);
            journal.discard();
            tell(new Done(file, manifestPath, manifest, storing, Duration.ofNanos(System.nanoTime() - began)), report);
        }
    }

    private void tell(Done done, Report report) {
        Optional<Network> network = course.network();
        int times = network.map(this::wanted).orElse(course.destination().acknowledgements());
        Manifest manifest = done.manifest();
        Storing storing = done.storing();
        if (storing.fewer() > 0) {
            transfer.note("warning: " + storing.fewer() + " of " + manifest.count() + " chunks have fewer copies than "
                    + times + ": servers gave the same chunk different ids, which one entry cannot name");
        }
        String copied = network.map(known -> " chunks stored in the network " + known.name() + ", by now on at least "
                + storing.fewest() + " of " + times + " servers each, in ")
                .orElse(" chunks stored " + times + (times == 1 ? " time in " : " times in "));
        report.done(new Document().with("File", done.file().toString()).with("Manifest", done.manifestPath().toString())
                .with("Bytes", manifest.length()).with("Chunks", manifest.count())
                .with("Network", network.map(Network::name).orElse(null)).with("Copies", times)
                .with("FewestHolders", storing.fewest())
                .with("CopiesStoredBefore", storing.recalled()).with("ChunksWithFewerCopies", storing.fewer())
                .with("Seconds", done.took().toNanos() / 1e9), done.file() + ": " + Progress.bytes(manifest.length()) + " in "
                + manifest.count() + copied + Progress.words(done.took()) + ", manifest " + done.manifestPath(), ExitCode.DONE);
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
}
