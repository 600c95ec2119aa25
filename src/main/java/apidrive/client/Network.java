package apidrive.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

import apidrive.problem.ProblemException;
import apidrive.wire.BsonSequence;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** Calls servers, one exchange a call. What a server asks for (to be left alone, no more chunks) is noted on it. */
final class Network {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final int MOST_ANSWER_BYTES = 512 * 1024;
    private static final int MOST_BATCH_BYTES = 4 * 1024 * 1024;
    private static final String STORE = "/api/drive/store";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_PATIENCE).followRedirects(HttpClient.Redirect.NEVER).build();
    private final Consumer<String> notices;

    /** {@code notices} takes lines for the user. */
    Network(Consumer<String> notices) {
        this.notices = notices;
    }

    /** Stores the chunk; the id it got. Fails with {@link IOException} for any reason that may differ elsewhere. */
    CompletableFuture<ChunkId> store(Server server, Chunk chunk) {
        byte[] body = Format.BSON.write(new Document().with("Data", chunk.data()));
        return exchange(server, server.route(STORE).orElseThrow(), body, MOST_ANSWER_BYTES)
                .thenApply(answer -> Format.BSON.readDocument(answer).get("Id", ChunkId.class)
                        .orElseThrow(() -> new BadAnswer(server + " answered a store without an Id")));
    }

    /** The chunk that the server gives for the id, not yet compared with it. */
    CompletableFuture<Chunk> retrieve(Server server, ChunkId id) {
        byte[] body = Format.BSON.write(new Document().with("Id", id));
        return exchange(server, URI.create(server.retrieveUrl()), body, MOST_ANSWER_BYTES)
                .thenApply(answer -> Chunk.of(Format.BSON.readDocument(answer).get("Data", byte[].class)
                        .orElseThrow(() -> new BadAnswer(server + " answered a retrieve without Data"))));
    }

    /** Whether the server says that it keeps the chunk; renews nothing. Empty where it cannot be asked so. */
    CompletableFuture<Optional<Boolean>> keeps(Server server, ChunkId id) {
        Optional<URI> route = server.route("/api/drive/chunk/" + id);
        if (route.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        HttpRequest request = request(route.get()).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(answer -> switch (answer.statusCode()) {
                    case 200 -> Optional.of(true);
                    case 404, 410 -> Optional.of(false);
                    case 405, 501 -> Optional.empty();
                    default -> throw refused(server, answer.statusCode(), answer.headers()
                            .firstValue("Retry-After"), Optional.empty());
                });
    }

    /** The result for each id, in order; see the route {@code batch/renew}. */
    CompletableFuture<List<Document>> renew(Server server, List<ChunkId> ids) {
        byte[] body = Format.BSON.write(ids.stream().map(id -> new Document().with("Id", id)).toList());
        URI route = server.route("/api/drive/batch/renew")
                .orElseThrow(() -> Failure.failed(server + " is not an API Drive server that renews"));
        return exchange(server, route, body, MOST_BATCH_BYTES).thenApply(answer -> {
            BsonSequence documents = new BsonSequence(new java.io.ByteArrayInputStream(answer), MOST_ANSWER_BYTES);
            List<Document> results = new ArrayList<>();
            for (Optional<byte[]> next = documents.next(); next.isPresent(); next = documents.next()) {
                results.add(Format.BSON.readDocument(next.get()));
            }
            return results;
        });
    }

    /** A JSON body, as the server wrote it. */
    byte[] getJson(URI route) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request(route).header("Accept", Format.JSON_TYPE).GET().build(),
                BoundedBody.of(MOST_BATCH_BYTES));
        if (answer.statusCode() != 200) {
            throw Failure.failed(route + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private CompletableFuture<byte[]> exchange(Server server, URI route, byte[] body, int mostAnswer) {
        long began = System.nanoTime();
        HttpRequest request = request(route).header("Content-Type", Format.BSON_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        return http.sendAsync(request, BoundedBody.of(mostAnswer)).thenApply(answer -> {
            if (answer.statusCode() / 100 != 2) {
                throw refused(server, answer.statusCode(), answer.headers().firstValue("Retry-After"),
                        message(answer.body()));
            }
            server.succeeded(System.nanoTime() - began);
            return answer.body();
        });
    }

    private static HttpRequest.Builder request(URI route) {
        return HttpRequest.newBuilder(route).timeout(ANSWER_PATIENCE);
    }

    /** Notes what the refusal asks for; returns what it means. */
    private BadAnswer refused(Server server, int status, Optional<String> retryAfter, Optional<String> message) {
        String said = server + " answered " + status + message.map(text -> ": " + text).orElse("");
        if (status == 429 || status == 503) {
            Duration wait = retryAfter.flatMap(Network::wait).orElse(jitter());
            if (server.asksToWait(wait)) {
                notices.accept(said + "; waiting " + Math.max(1, wait.toSeconds()) + " s");
            }
        } else if (status == 507) {
            if (server.isFullNow()) {
                notices.accept(said);
            }
        } else if (status >= 500) {
            server.failed();
        }
        return new BadAnswer(said, status != 429 && status < 500 || status == 507);
    }

    /** Seconds or a date (RFC 9110 §10.2.3), within bounds; empty for anything else. */
    private static Optional<Duration> wait(String retryAfter) {
        try {
            Duration wait = retryAfter.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(retryAfter))
                    : Duration.between(Instant.now(),
                            ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            Duration spread = wait.plusMillis(ThreadLocalRandom.current().nextInt(250));
            return Optional.of(spread.isNegative() ? Duration.ZERO : spread.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT
                    : spread);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Duration jitter() {
        return Duration.ofMillis(500 + ThreadLocalRandom.current().nextInt(1_000));
    }

    /** What a problem document says, in either format. */
    private static Optional<String> message(byte[] body) {
        for (Format format : Format.values()) {
            try {
                return format.readDocument(body).get("Message", String.class);
            } catch (ProblemException e) {
                continue;
            }
        }
        return Optional.empty();
    }

    /** An answer that is no good; another server's may be. */
    static final class BadAnswer extends RuntimeException {
        private final boolean isFinal;

        BadAnswer(String message) {
            this(message, true);
        }

        BadAnswer(String message, boolean isFinal) {
            super(message);
            this.isFinal = isFinal;
        }

        /** Whether the same server would say the same again. */
        boolean isFinal() {
            return isFinal;
        }
    }
}
