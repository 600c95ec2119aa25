package apidrive.peer;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.async.MinimalHttpAsyncClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncClientEndpoint;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Calls peers over HTTP/1.1. Dials only addresses that {@link PeerAddress} let pass, while Host and the name that TLS
 * verifies stay the URL's; follows no redirect; reads no answer beyond a bound and waits for none beyond a limit.
 * Connections are kept. Threads may share it.
 */
public final class PeerClient implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(3);
    private static final Duration RESOLVED_FOR = Duration.ofSeconds(30);
    private static final TimeValue IDLE = TimeValue.ofSeconds(10);  // servers close idle connections after 20 s (Tomcat) or more
    private static final Duration IDLE_CHECK = Duration.ofSeconds(5);
    private static final int MOST_HOSTS = 10_000;
    private static final int RESOLVERS = 4;
    private static final int MOST_CONNECTIONS = 64;  // to one peer
    private static final int SOCKET_BUFFER = 65_536;  // a chunk in a read or two

    private final Envelope envelope;
    private final PeerAddress addresses;
    private final PeerMetrics metrics;
    private final MinimalHttpAsyncClient client;
    private final PoolingAsyncClientConnectionManager connections;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor resolvers;
    private final Cache<String, CompletableFuture<InetAddress[]>> resolved;

    /** {@code tls}: whom to trust, as {@link SSLContext#getDefault()} does. */
    public PeerClient(Envelope envelope, PeerAddress addresses, SSLContext tls, MeterRegistry metrics) {
        this.envelope = envelope;
        this.addresses = addresses;
        this.metrics = new PeerMetrics(metrics);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "apidrive-peer-timer"));
        timer.setRemoveOnCancelPolicy(true);
        this.resolvers = new ThreadPoolExecutor(RESOLVERS, RESOLVERS, IDLE_CHECK.toSeconds(), TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), task -> daemon(task, "apidrive-peer-resolver"));
        resolvers.allowCoreThreadTimeOut(true);
        this.resolved = Caffeine.newBuilder().maximumSize(MOST_HOSTS).expireAfterWrite(RESOLVED_FOR).executor(Runnable::run)
                .build();
        this.connections = PoolingAsyncClientConnectionManagerBuilder.create().setDnsResolver(new Checked())
                .setTlsStrategy(ClientTlsStrategyBuilder.create().setSslContext(tls)
                        .setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT)  // the engine's own is not set by 5.6
                        .setHostnameVerifier(HttpsSupport.getDefaultHostnameVerifier()).buildAsync())
                .setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(timeout(CONNECT_LIMIT)).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(timeout(CONNECT_LIMIT)).build())
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX).setMaxConnPerRoute(MOST_CONNECTIONS).build();
        this.client = HttpAsyncClients.createMinimal(H2Config.DEFAULT,
                Http1Config.custom().setBufferSize(SOCKET_BUFFER).build(),
                IOReactorConfig.custom().setTcpNoDelay(true).build(), connections);
        client.start();
        timer.scheduleWithFixedDelay(() -> connections.closeIdle(IDLE), IDLE_CHECK.toNanos(), IDLE_CHECK.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** As {@link #send} of one buffer, waiting for the answer. */
    public byte[] call(URI peer, String path, byte[] body, Duration limit, int most) {
        return call(peer, path, List.of(ByteBuffer.wrap(body)), limit, most);
    }

    /** As {@link #send}, waiting for the answer. */
    public byte[] call(URI peer, String path, List<ByteBuffer> body, Duration limit, int most) {
        CompletableFuture<byte[]> answer = send(peer, path, body, limit, most);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new PeerFailure(PeerFailure.Kind.UNREACHABLE, "this thread was told to end", e);
        }
    }

    /**
     * Sends a call and answers its answer, at most {@code most} bytes, within {@code limit} of now. Fails with the
     * {@link ProblemException} that the peer answered, or a {@link PeerFailure}. May be cancelled, which closes the
     * connection. It completes on a thread that must not be held up: go on with {@code …Async} where that may happen.
     *
     * @param peer base URL, as {@link PeerAddress#parse} gives it
     * @param path of a {@link PeerRoute}
     * @param body sent one after another; stay as they are, and must until the answer is there
     */
    public CompletableFuture<byte[]> send(URI peer, String path, List<ByteBuffer> body, Duration limit, int most) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Future<?> alarm;
        try {
            alarm = timer.schedule(() -> answer.completeExceptionally(new PeerFailure(PeerFailure.Kind.TIMED_OUT,
                    "no whole answer of " + peer + " within " + limit.toMillis() + " ms", null)), limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new PeerFailure(PeerFailure.Kind.UNREACHABLE, "this node is stopping", e));
        }
        PeerMetrics.Call counted = metrics.begin(path, body);
        answer.whenComplete((bytes, failure) -> {
            alarm.cancel(false);
            counted.end(bytes, failure);
        });
        resolve(PeerAddress.bare(peer.getHost())).whenComplete((known, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(understood(peer, failure));
            } else if (!answer.isDone()) {
                exchange(peer, path, body, most, answer);
            }
        });
        return answer;
    }

    /**
     * Whether a URL that was announced is one to call, as far as its name tells now. May wait for a name service; a name
     * that is not known now may be later, and its addresses are checked whenever it is called.
     */
    public boolean mayCall(URI url) {
        try {
            addresses.parse(url.toString());
            resolve(PeerAddress.bare(url.getHost())).get();
            return true;
        } catch (PeerFailure refused) {
            return false;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof PeerFailure failure && failure.kind() == PeerFailure.Kind.REFUSED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        resolvers.shutdownNow();
        connections.close(CloseMode.IMMEDIATE);
        client.close(CloseMode.GRACEFUL);
    }

    /** Many wait for one look-up; what it found is good for a while, that it failed is not kept. */
    private CompletableFuture<InetAddress[]> resolve(String host) {
        CompletableFuture<InetAddress[]> known = resolved.getIfPresent(host);
        if (known != null) {
            return known;
        }
        CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
        CompletableFuture<InetAddress[]> theirs = resolved.asMap().putIfAbsent(host, mine);
        if (theirs != null) {
            return theirs;
        }
        Future<?> alarm = timer.schedule(() -> mine.completeExceptionally(new PeerFailure(PeerFailure.Kind.UNREACHABLE,
                "the name " + host + " was not looked up in time", null)), RESOLVE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        mine.whenComplete((found, failure) -> {
            alarm.cancel(false);
            if (failure != null) {
                resolved.asMap().remove(host, mine);
            }
        });
        resolvers.execute(() -> {
            try {
                mine.complete(addresses.resolve(host));
            } catch (RuntimeException failure) {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private void exchange(URI peer, String path, List<ByteBuffer> body, int most, CompletableFuture<byte[]> answer) {
        HttpHost host = new HttpHost(peer.getScheme(), PeerAddress.bare(peer.getHost()), peer.getPort());
        BasicHttpRequest request = new BasicHttpRequest("POST", host, peer.getRawPath() + path);
        Map<String, String> fields = envelope.seal(path, body);
        fields.forEach(request::addHeader);
        request.addHeader("Accept", Format.JSON_TYPE);
        Future<?> lease = client.lease(host, new Waiting<>(peer, answer) {
            @Override
            public void completed(AsyncClientEndpoint connection) {
                answer.whenComplete((bytes, failure) -> {
                    if (failure != null) {
                        connection.releaseAndDiscard();
                    }
                });
                connection.execute(new BasicRequestProducer(request, new BufferProducer(body)), new BoundedAnswer(most),
                        received(peer, fields.get(Envelope.PROOF), connection, answer));
            }
        });
        answer.whenComplete((bytes, failure) -> {
            if (failure != null) {
                lease.cancel(true);
            }
        });
    }

    /** Gives the connection back before it tells the answer, so that whoever waits for that finds it free. */
    private FutureCallback<BoundedAnswer.Received> received(URI peer, String proof, AsyncClientEndpoint connection,
            CompletableFuture<byte[]> answer) {
        return new Waiting<>(peer, answer) {
            @Override
            public void completed(BoundedAnswer.Received received) {
                connection.releaseAndReuse();
                try {
                    answer.complete(checked(peer, proof, received));
                } catch (RuntimeException failure) {
                    answer.completeExceptionally(failure);
                }
            }
        };
    }

    private byte[] checked(URI peer, String proof, BoundedAnswer.Received received) {
        if (!received.isSuccess()) {
            throw refusal(peer, received);
        }
        if (!envelope.isProven(proof, received.body(), received.field(Envelope.PROOF))) {
            throw new PeerFailure(PeerFailure.Kind.NOT_A_PEER, peer + " does not prove that it knows the network's key", null);
        }
        return received.body();
    }

    private static RuntimeException refusal(URI peer, BoundedAnswer.Received received) {
        try {
            Document document = Format.JSON.readDocument(received.body());
            Optional<Problem> problem = document.text("type").flatMap(Problem::ofType);
            if (problem.isPresent()) {
                String detail = peer + ": " + document.text("detail").orElse(problem.get().title());
                return retryAfter(received).map(wait -> problem.get().because(detail, wait))
                        .orElseGet(() -> problem.get().because(detail));
            }
        } catch (ProblemException e) {
            return notAPeer(peer, received, e);
        }
        return notAPeer(peer, received, null);
    }

    private static PeerFailure notAPeer(URI peer, BoundedAnswer.Received received, Exception cause) {
        return new PeerFailure(PeerFailure.Kind.NOT_A_PEER,
                peer + " answers with status " + received.head().getCode() + " and no problem of a node", cause);
    }

    private static Optional<Duration> retryAfter(BoundedAnswer.Received received) {
        String seconds = received.field("Retry-After");
        return seconds != null && seconds.matches("\\d{1,6}") ? Optional.of(Duration.ofSeconds(Long.parseLong(seconds)))
                : Optional.empty();
    }

    /** What a failure of the exchange means. */
    private static RuntimeException understood(URI peer, Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof PeerFailure known) {
                return known;
            }
        }
        if (failure instanceof CancellationException cancelled) {
            return cancelled;
        }
        PeerFailure.Kind kind = failure instanceof SocketTimeoutException ? PeerFailure.Kind.TIMED_OUT
                : PeerFailure.Kind.UNREACHABLE;
        String why = failure instanceof ConnectException ? "nobody listens there"
                : failure instanceof IOException && failure.getMessage() != null ? failure.getMessage() : failure.toString();
        return new PeerFailure(kind, peer + ": " + why, failure);
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.of(duration);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** What does not come to pass fails the answer. */
    private abstract static class Waiting<T> implements FutureCallback<T> {
        private final URI peer;
        private final CompletableFuture<byte[]> answer;

        Waiting(URI peer, CompletableFuture<byte[]> answer) {
            this.peer = peer;
            this.answer = answer;
        }

        @Override
        public void failed(Exception failure) {
            answer.completeExceptionally(understood(peer, failure));
        }

        @Override
        public void cancelled() {
            answer.cancel(false);
        }
    }

    /** The addresses that are dialled are those that were checked. */
    private final class Checked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) {
            CompletableFuture<InetAddress[]> known = resolved.getIfPresent(host);
            InetAddress[] found = known == null || known.isCompletedExceptionally() ? null : known.getNow(null);
            return found == null ? addresses.resolve(host) : found.clone();
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
