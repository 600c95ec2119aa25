package apidrive.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import apidrive.wire.Format;

/** Asynchronous exchanges over HTTP/1.1, each with a bound on its answer's size and on its time. Follows no redirect. */
final class Http implements Closeable {
    /** The most bytes read of an answer with one chunk: as JSON numbers it may take that many. */
    static final int MOST_CHUNK_ANSWER = 512 * 1_024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";
    private static final String KEEP_ALIVE_SECONDS = "10";  // servers close idle connections after 20 s (Tomcat) or more
    private static final int LEAST_THREADS = 2;
    private static final int OK = 200;

    private static final String BUFFER = "jdk.httpclient.bufsize";
    private static final String BUFFER_BYTES = "65536";  // a chunk in a read or two; by default it takes five

    static {
        System.getProperties().putIfAbsent(KEEP_ALIVE, KEEP_ALIVE_SECONDS);
        System.getProperties().putIfAbsent(BUFFER, BUFFER_BYTES);
    }

    private final HttpClient client;
    private final ExecutorService executor;
    private final ScheduledThreadPoolExecutor timer;
    private final Duration timeout;
    private final Optional<String> token;

    /**
     * Each exchange may take {@code timeout} from its first to its last byte, and carries {@code token} where there is one: every server
     * that is spoken to learns it.
     */
    Http(Duration timeout, Optional<String> token) {
        this.timeout = timeout;
        this.token = token;
        this.executor = Executors.newFixedThreadPool(Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors()),
                task -> daemon(task, "apidrive-http"));
        this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "apidrive-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(executor)
                .connectTimeout(CONNECT_TIMEOUT).followRedirects(HttpClient.Redirect.NEVER).build();
    }

    /** Sends a BSON document and takes a BSON answer. */
    CompletableFuture<Answer> post(URI url, BodyPublisher body, int most) {
        return send(bson(url, body), whole(most));
    }

    /**
     * Sends BSON documents one after another. Of a success, {@code sink} gets each document of at most {@code most} bytes
     * as it comes and the answer's body is empty; any other answer has its body.
     */
    CompletableFuture<Answer> postMany(URI url, BodyPublisher body, int most, DocumentsBody.Sink sink) {
        return send(bson(url, body), head -> head.statusCode() == OK ? new DocumentsBody(most, sink)
                : whole(most).apply(head));
    }

    CompletableFuture<Answer> get(URI url, int most) {
        return send(request(url, "GET", BodyPublishers.noBody()).header("Accept", Format.JSON_TYPE), whole(most));
    }

    /** Sends a JSON document to what a server guards. */
    CompletableFuture<Answer> administer(String method, URI url, byte[] body, int most) {
        return send(request(url, method, BodyPublishers.ofByteArray(body)).header("Content-Type", Format.JSON_TYPE)
                .header("Accept", Format.JSON_TYPE), whole(most));
    }

    CompletableFuture<Answer> head(URI url) {
        return send(request(url, "HEAD", BodyPublishers.noBody()), whole(0));
    }

    /** An exchange with these fields, whose answer has at most {@code most} bytes. */
    CompletableFuture<Answer> exchange(String method, URI url, BodyPublisher body, Map<String, String> fields, int most) {
        HttpRequest.Builder request = request(url, method, body);
        fields.forEach(request::header);
        return send(request, whole(most));
    }

    /** Runs the task on an exchange's thread, {@code delay} from now. */
    Future<?> after(Duration delay, Runnable task) {
        return timer.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        executor.shutdown();
    }

    private static HttpRequest.Builder request(URI url, String method, BodyPublisher body) {
        return HttpRequest.newBuilder(url).method(method, body);
    }

    private static HttpRequest.Builder bson(URI url, BodyPublisher body) {
        return request(url, "POST", body).header("Content-Type", Format.BSON_TYPE).header("Accept", Format.BSON_TYPE);
    }

    private static BodyHandler<byte[]> whole(int most) {
        return head -> new BoundedBody(most, head.headers().firstValueAsLong("Content-Length").orElse(BoundedBody.UNKNOWN));
    }

    /** The future may be cancelled, which closes the connection. */
    private CompletableFuture<Answer> send(HttpRequest.Builder request, BodyHandler<byte[]> handler) {
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        CompletableFuture<HttpResponse<byte[]>> exchange;
        try {
            exchange = client.sendAsync(request.build(), handler);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new IOException("no such address can be: " + e.getMessage(), e));
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Future<?> alarm = timer.schedule(() -> {
            answer.completeExceptionally(new TimeoutException("no whole answer within " + timeout.toSeconds() + " s"));
        }, timeout.toNanos(), TimeUnit.NANOSECONDS);
        exchange.whenComplete((response, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(Answer.of(response.statusCode(), response.headers(), response.body()));
            }
        });
        answer.whenComplete((done, failure) -> {
            alarm.cancel(false);
            if (failure != null) {
                exchange.cancel(true);
            }
        });
        return answer;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
