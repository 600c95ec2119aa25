package apidrive.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestBuilder;
import apidrive.wire.ChunkId;
import apidrive.wire.Digest;
import apidrive.wire.Document;

/** The chunks that a server keeps, as its administration lists them: a page at a time, so that any number fits into the memory. */
final class KeptChunks {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Document NOTHING = new Document();

    private final ServerUrl server;
    private final String token;
    private String after = "";
    private boolean isAtEnd;

    KeptChunks(ServerUrl server, String token) {
        this.server = server;
        this.token = token;
    }

    /** The next page as if it were a file's manifest, without chunks whose lease has ended; empty after the last. */
    Optional<Manifest> next() throws InterruptedException {
        if (isAtEnd) {
            return Optional.empty();
        }
        Document page = NodeQuery.administer(server, "GET", server.chunks(after), NOTHING, token, LIMIT);
        List<?> chunks = page.get("Chunks", List.class).orElseThrow(this::unreadable);
        ManifestBuilder builder = new ManifestBuilder(server.toString());
        int order = 0;
        for (Object one : chunks) {
            Document chunk = (Document) one;
            if (chunk.get("Live", Boolean.class).orElse(true)) {
                add(builder, order++, chunk);
            }
        }
        Optional<ChunkId> next = page.id("Next");
        isAtEnd = next.isEmpty();
        if (!isAtEnd && next.get().toString().compareTo(after) <= 0) {
            throw unreadable();  // it would go round for ever
        }
        after = next.map(ChunkId::toString).orElse("");
        return Optional.of(builder.build());
    }

    private void add(ManifestBuilder builder, int order, Document chunk) {
        List<URI> here = List.of(server.retrieve());
        OptionalInt size = OptionalInt.of((int) chunk.number("Size").orElseThrow(this::unreadable));
        Optional<Digest> digest = chunk.text("Sha256").flatMap(Digest::parse);
        builder.add(order, chunk.id("Id").orElseThrow(this::unreadable), here, size, digest);
    }

    private CommandFailure unreadable() {
        return new CommandFailure(ExitCode.FAILED, server + ": its list of chunks cannot be read");
    }
}
