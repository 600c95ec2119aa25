package apidrive.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

import apidrive.manifest.Entry;
import apidrive.manifest.Manifest;
import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: tells how many live copies each chunk of a manifest has. */
@Command(name = "verify", mixinStandardHelpOptions = true,
        description = {"Asks every server that MANIFEST names whether it keeps its chunks, and tells how many live copies "
            + "they have. This renews no lease.",
            "With --deep every copy is fetched and checked, which renews its lease."})
final class VerifyCommand implements Callable<Integer> {
    private static final int SHOWN = 10;  // chunks named one by one

    @Parameters(paramLabel = "MANIFEST", description = "A .apidrive file.")
    private Path manifestFile;

    @Option(names = "--deep", description = "Fetch and check every copy.")
    private boolean deep;

    @Option(names = {"-c", "--copies"}, defaultValue = "1", paramLabel = "N",
            description = "Exit with 4 when a chunk has fewer live copies. Default: ${DEFAULT-VALUE}.")
    private int copies;

    @Mixin
    private TransferOptions options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        boolean enough = true;
        for (Manifest manifest : ManifestFile.read(manifestFile)) {
            enough &= verify(manifest);
        }
        if (!enough) {
            throw Failure.tooFewCopies("some chunks have fewer than " + copies + " live copies");
        }
        return CommandLine.ExitCode.OK;
    }

    private boolean verify(Manifest manifest) throws Exception {
        List<Entry> entries = manifest.entries();
        int[] live = new int[entries.size()];
        try (Progress progress = new Progress("verify " + manifest.name(), manifest.size(), options.quiet())) {
            Network network = options.network(progress::say);
            ChunkGetter getter = new ChunkGetter(network, options.patience());
            int servers = (int) entries.stream().flatMap(entry -> entry.urls().stream()).distinct().count();
            Workers.run(options.connections(servers), entries.size(), order -> {
                Entry entry = entries.get(order);
                for (Server server : getter.serversOf(entry)) {
                    live[order] += isLive(network, server, entry) ? 1 : 0;
                }
                progress.add(Math.max(0, entry.size()));
            });
        }
        report(manifest, live);
        return java.util.Arrays.stream(live).allMatch(count -> count >= copies);
    }

    /** A server that cannot be reached has no live copy. */
    private boolean isLive(Network network, Server server, Entry entry) {
        try {
            if (!deep) {
                Optional<Boolean> said = network.keeps(server, entry.id()).join();
                if (said.isPresent()) {
                    return said.get();
                }
            }
            return entry.admits(network.retrieve(server, entry.id()).join());
        } catch (CompletionException e) {
            return false;
        }
    }

    private void report(Manifest manifest, int[] live) {
        int most = java.util.Arrays.stream(live).max().orElse(0);
        List<Object> histogram = new ArrayList<>();
        for (int count = 0; count <= most; count++) {
            int same = count;
            long chunks = java.util.Arrays.stream(live).filter(one -> one == same).count();
            if (chunks > 0) {
                histogram.add(new Document().with("Copies", count).with("Chunks", chunks));
            }
        }
        if (options.json()) {
            spec.commandLine().getOut().println(new String(Format.JSON.write(new Document()
                    .with("File", manifest.name()).with("Chunks", live.length).with("Live", histogram)),
                    StandardCharsets.UTF_8));
            return;
        }
        spec.commandLine().getOut().println(manifest.name() + ": " + live.length + " chunks");
        for (Object line : histogram) {
            Document counted = (Document) line;
            spec.commandLine().getOut().printf("%8s with %s live copies%n", counted.get("Chunks").orElseThrow(),
                    counted.get("Copies").orElseThrow());
        }
        int shown = 0;
        for (int i = 0; i < live.length && shown < SHOWN; i++) {
            if (live[i] < copies) {
                Entry entry = manifest.entries().get(i);
                spec.commandLine().getOut().println("  chunk " + i + " (" + entry.id() + "): " + live[i] + " of "
                        + entry.urls().size());
                shown++;
            }
        }
    }
}
