package apidrive.door.dtfc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

import apidrive.peer.PeerAddress;
import apidrive.peer.PeerFailure;

/**
 * Asks servers of the original for contents. Dials only addresses that {@link PeerAddress} let pass, follows no redirect, and waits
 * for none beyond a limit. Threads share it.
 */
public final class PeerReader implements AutoCloseable {
    private static final String LOCAL = "/nopeerload";
    private static final String AGENT = "dtfc/0.0.5";  // as the original calls itself to its peers
    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_FIELDS = 100;
    private static final int MOST_CONNECTIONS = 64;

    /**
     * How long it waits.
     *
     * @param silence  for a connection, for the whole head of an answer, and for more of its body
     * @param grace    until a body has to come at {@code leastRate}
     * @param leastRate bytes a second
     */
    public record Patience(Duration silence, Duration grace, long leastRate) {
        public static final Patience USUAL = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(30), 64L << 10);
    }

    /** What a peer answers, with a body that tells its length. Closing it leaves what did not come, which may never end. */
    record Reply(HttpGet request, ClassicHttpResponse answer) implements AutoCloseable {
        @Override
        public void close() {
            request.cancel();
        }
    }

    private final PeerAddress addresses;
    private final Patience patience;
    private final long most;
    private final CloseableHttpClient http;

    /** {@code most} are the bytes of the largest content that is taken. */
    public PeerReader(PeerAddress addresses, Patience patience, long most) {
        this.addresses = addresses;
        this.patience = patience;
        this.most = most;
        Timeout silence = Timeout.of(patience.silence());
        this.http = HttpClients.custom().setUserAgent(AGENT).disableRedirectHandling().disableAutomaticRetries().disableCookieManagement()
                .disableContentCompression().disableAuthCaching().setConnectionReuseStrategy((request, response, context) -> false)
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(silence).setConnectionRequestTimeout(silence).build())
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(new Checked())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_FIELDS).build()).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(silence).setSocketTimeout(silence).build())
                        .setMaxConnTotal(MOST_CONNECTIONS).setMaxConnPerRoute(MOST_CONNECTIONS).build()).build();
    }

    /** What the peer has under a hash, to be read and closed; empty when it gives none. Throws IOException where it cannot be asked. */
    Optional<Download> open(URI peer, String sha512) throws IOException {
        Optional<Reply> reply = ask(peer, sha512, 0);
        return reply.isEmpty() ? Optional.empty()
                : Optional.of(new Download(reply.get(), from -> ask(peer, sha512, from), patience, peer.toString()));
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }

    private Optional<Reply> ask(URI peer, String sha512, long from) throws IOException {
        HttpGet get = new HttpGet(URI.create(peer + "/" + sha512 + LOCAL));
        if (from > 0) {
            get.setHeader("Range", "bytes=" + from + "-");
        }
        CompletableFuture<Void> alarm = CompletableFuture.runAsync(get::cancel,
                CompletableFuture.delayedExecutor(patience.silence().toNanos(), TimeUnit.NANOSECONDS));
        ClassicHttpResponse answer;
        try {
            answer = http.executeOpen(HttpHost.create(get.getUri()), get, null);
        } catch (java.net.URISyntaxException e) {
            throw new IOException(e);
        } catch (PeerFailure refused) {
            throw new IOException(refused.getMessage(), refused);
        } finally {
            alarm.cancel(false);
        }
        return understood(peer, new Reply(get, answer), from);
    }

    /** Closes what it does not return. */
    private Optional<Reply> understood(URI peer, Reply reply, long from) throws IOException {
        int status = reply.answer().getCode();
        if (status == (from > 0 ? 206 : 200) && reply.answer().getEntity() != null) {
            long length = reply.answer().getEntity().getContentLength();
            if (length >= 0 && length <= most) {
                return Optional.of(reply);
            }
            reply.close();
            throw new IOException(peer + (length < 0 ? " does not tell how much it gives"
                    : " gives " + length + " bytes, more than are taken here"));
        }
        reply.close();
        if (status == 404 || status == 403) {
            return Optional.empty();
        }
        throw new IOException(peer + " answers with status " + status);
    }

    /** The addresses that are dialled are those that were checked. */
    private final class Checked implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return addresses.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
