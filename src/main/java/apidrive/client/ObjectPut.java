package apidrive.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import apidrive.wire.ChunkId;

/**
 * Stores a file as an object on one server, in parts (tus 1.0), and goes on with an upload that was interrupted, in this run or an
 * earlier one.
 */
final class ObjectPut {
    /** The object that a file has become. */
    record Done(ChunkId root, URI url, long bytes, String sha256) {
    }

    private static final long PART_BYTES = 32 << 20;
    private static final int MOST_ANSWER = 64 << 10;
    private static final int OFFSET_MISMATCH = 409;
    private static final int LOCKED = 423;
    private static final Duration LOCKED_PAUSE = Duration.ofSeconds(1);
    private static final Map<String, String> PROTOCOL = Map.of("Tus-Resumable", "1.0.0");

    private final Http http;
    private final ServerUrl server;
    private final String query;
    private final Optional<String> lifetime;
    private final Duration patience;

    /** {@code query} holds the wishes for copies: empty, or from the question mark on; {@code lifetime} says how long it is kept. */
    ObjectPut(Http http, ServerUrl server, String query, Optional<String> lifetime, Duration patience) {
        this.http = http;
        this.server = server;
        this.query = query;
        this.lifetime = lifetime;
        this.patience = patience;
    }

    /** {@code journal} is where the upload is noted until it is done. Throws a {@link CommandFailure}. */
    Done put(Path file, Path journal, Progress progress) throws IOException, InterruptedException {
        long length = Files.size(file);
        String state = length + " " + Files.getLastModifiedTime(file).toMillis();
        Perseverance perseverance = new Perseverance(patience);
        URI upload = resumed(journal, state);
        Answer standing = upload == null ? null : standing(upload, perseverance);
        if (standing == null || !standing.isSuccess()) {
            upload = created(file, length, perseverance);
            Files.writeString(journal, upload + "\n" + state + "\n");
            standing = standing(upload, perseverance);
        }
        long offset = offset(standing);
        progress.advance(offset);
        while (offset < length) {
            Answer answer = part(file, upload, offset, Math.min(PART_BYTES, length - offset), perseverance);
            long now = offset(answer);
            progress.advance(now - offset);
            if (now > offset) {
                perseverance.progressed();
            }
            offset = now;
            standing = answer;
        }
        Done done = done(standing, length, file);
        Files.delete(journal);
        return done;
    }

    /** The upload that was noted for the file as it is; null for none. */
    private URI resumed(Path journal, String state) throws IOException {
        if (!Files.exists(journal)) {
            return null;
        }
        String[] lines = Files.readString(journal).split("\n");
        try {
            return lines.length == 2 && lines[1].equals(state) && lines[0].startsWith(server + "/") ? URI.create(lines[0]) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private URI created(Path file, long length, Perseverance perseverance) throws IOException, InterruptedException {
        String type = Files.probeContentType(file);
        String metadata = "filename " + base64(file.getFileName().toString()) + (type == null ? "" : ",filetype " + base64(type))
                + lifetime.map(text -> ",lifetime " + base64(text)).orElse("");
        URI url = server.upload(query);
        Answer answer = perseverance.answer(server, () -> http.exchange("POST", url, BodyPublishers.noBody(), Map.of("Tus-Resumable", "1.0.0",
                "Upload-Length", Long.toString(length), "Upload-Metadata", metadata), MOST_ANSWER));
        if (!answer.isSuccess()) {
            throw new CommandFailure(ExitCode.FAILED, server + ": " + answer.words());
        }
        return located(url, answer, "Location");
    }

    private Answer standing(URI upload, Perseverance perseverance) throws InterruptedException {
        return perseverance.answer(server, () -> http.exchange("HEAD", upload, BodyPublishers.noBody(), PROTOCOL, 0));
    }

    /** The answer to a part; where that was none, or the upload stands elsewhere, the answer that tells where. */
    private Answer part(Path file, URI upload, long offset, long length, Perseverance perseverance)
            throws IOException, InterruptedException {
        Outcome outcome;
        try {
            Answer answer = http.exchange("PATCH", upload, body(file, offset, length), Map.of("Tus-Resumable", "1.0.0",
                    "Upload-Offset", Long.toString(offset), "Content-Type", "application/offset+octet-stream"), MOST_ANSWER).get();
            if (answer.isSuccess()) {
                return answer;
            }
            outcome = answer.status() == LOCKED || answer.status() == OFFSET_MISMATCH
                    ? new Outcome(Outcome.Kind.BUSY, answer.words(), Optional.of(LOCKED_PAUSE)) : Outcome.of(answer);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable.getCause();
            }
            outcome = Outcome.of(e.getCause());
        }
        perseverance.pause(server, outcome);
        Answer standing = standing(upload, perseverance);
        if (!standing.isSuccess()) {
            throw new CommandFailure(ExitCode.INCOMPLETE, server + ": the upload is gone; the same command begins it anew");
        }
        return standing;
    }

    private Done done(Answer answer, long length, Path file) throws IOException, InterruptedException {
        URI url = located(server.upload(""), answer, "Object-Location");
        String path = url.getPath();
        ChunkId root = ChunkId.parse(path.substring(path.lastIndexOf('/') + 1))
                .orElseThrow(() -> new CommandFailure(ExitCode.FAILED, server + ": it names no object"));
        Answer object = new Perseverance(patience).answer(server, () -> http.head(url));
        String sha256 = sha256(file);
        if (!object.headers().firstValue("ETag").orElse("").equals('"' + sha256 + '"')) {
            throw new CommandFailure(ExitCode.FAILED, "the object is not the file: it was changed meanwhile, or the server took other bytes");
        }
        return new Done(root, url, length, sha256);
    }

    private long offset(Answer answer) {
        return answer.headers().firstValueAsLong("Upload-Offset")
                .orElseThrow(() -> new CommandFailure(ExitCode.FAILED, server + ": it does not tell where the upload stands"));
    }

    /** Where a server points to, which has to be itself. */
    private URI located(URI from, Answer answer, String field) {
        try {
            URI url = from.resolve(answer.headers().firstValue(field).orElseThrow());
            if (url.toString().startsWith(server + "/")) {
                return url;
            }
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new CommandFailure(ExitCode.FAILED, server + ": its answer has no usable " + field);
        }
        throw new CommandFailure(ExitCode.FAILED, server + ": it points elsewhere");
    }

    /** A part of the file, read as it is sent. */
    private static BodyPublisher body(Path file, long offset, long length) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> {
            try {
                FileChannel channel = FileChannel.open(file).position(offset);
                return new Part(Channels.newInputStream(channel), length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }), length);
    }

    /** As much of a stream, and no more. */
    private static final class Part extends FilterInputStream {
        private long left;

        private Part(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = left == 0 ? -1 : super.read(into, from, (int) Math.min(left, length));
            left -= Math.max(0, read);
            return read;
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
             DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            byte[] buffer = new byte[1 << 16];
            while (digested.read(buffer) >= 0) {
                // read for its digest alone
            }
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
