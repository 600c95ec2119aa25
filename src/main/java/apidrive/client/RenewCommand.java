package apidrive.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

import apidrive.manifest.Entry;
import apidrive.manifest.Manifest;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code renew}: extends the leases of a manifest's chunks on every server that it names. */
@Command(name = "renew", mixinStandardHelpOptions = true,
        description = "Extends the leases of all chunks that MANIFEST names, without fetching them, and tells until when "
            + "the first of them lasts.")
final class RenewCommand implements Callable<Integer> {
    private static final int TOGETHER = 1_000;  // ids an exchange

    @Parameters(paramLabel = "MANIFEST", description = "A .apidrive file.")
    private Path manifestFile;

    @Mixin
    private TransferOptions options;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** What came of it; {@code first} is the earliest expiry. */
    private record Outcome(long renewed, long missing, Optional<Instant> first) {
        Outcome with(Document result) {
            Optional<Instant> expiry = result.get("ExpiresAt", Instant.class);
            boolean earlier = expiry.isPresent() && (first.isEmpty() || expiry.get().isBefore(first.get()));
            return new Outcome(renewed + (expiry.isPresent() ? 1 : 0), missing + (expiry.isPresent() ? 0 : 1),
                    earlier ? expiry : first);
        }
    }

    @Override
    public Integer call() throws Exception {
        Outcome outcome = new Outcome(0, 0, Optional.empty());
        for (Manifest manifest : ManifestFile.read(manifestFile)) {
            outcome = renew(manifest, outcome);
        }
        report(outcome);
        if (outcome.missing() > 0) {
            throw Failure.failed(outcome.missing() + " copies are not kept any more; verify tells which");
        }
        return CommandLine.ExitCode.OK;
    }

    private Outcome renew(Manifest manifest, Outcome before) throws Exception {
        Outcome outcome = before;
        Map<String, List<ChunkId>> byServer = new LinkedHashMap<>();
        for (Entry entry : manifest.entries()) {
            entry.urls().forEach(url -> byServer.computeIfAbsent(url, same -> new ArrayList<>()).add(entry.id()));
        }
        long total = byServer.values().stream().mapToLong(List::size).sum();
        try (Progress progress = new Progress("renew " + manifest.name(), total, true)) {
            Network network = options.network(line -> spec.commandLine().getErr().println(line));
            for (Map.Entry<String, List<ChunkId>> one : byServer.entrySet()) {
                Server server = Server.ofRetrieveUrl(one.getKey());
                for (int from = 0; from < one.getValue().size(); from += TOGETHER) {
                    List<ChunkId> ids = one.getValue().subList(from, Math.min(one.getValue().size(), from + TOGETHER));
                    for (Document result : results(network, server, ids)) {
                        outcome = outcome.with(result);
                    }
                    progress.add(ids.size());
                }
            }
        }
        return outcome;
    }

    private List<Document> results(Network network, Server server, List<ChunkId> ids) throws InterruptedException {
        Patience left = new Patience(options.patience());
        while (true) {
            try {
                return network.renew(server, ids).join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof Network.BadAnswer bad && bad.isFinal()) {
                    throw Failure.failed(bad.getMessage(), bad);
                }
                server.failed();
                left.noteFailure(e.getCause());
                left.await(List.of(server), "renewing on " + server);
            }
        }
    }

    private void report(Outcome outcome) {
        if (options.json()) {
            spec.commandLine().getOut().println(new String(Format.JSON.write(new Document()
                    .with("Renewed", outcome.renewed()).with("Missing", outcome.missing())
                    .with("FirstExpiresAt", outcome.first().orElse(null))), StandardCharsets.UTF_8));
        } else if (!options.quiet()) {
            spec.commandLine().getOut().println(outcome.renewed() + " copies renewed"
                    + outcome.first().map(first -> ", the first of them lasts until " + first).orElse(""));
        }
    }
}
