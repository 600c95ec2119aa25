package apidrive.door.dtfc;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.wire.Digest;
import apidrive.wire.Document;
import apidrive.wire.Format;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Who sent a request, by the session that a CouchDB gave him: its cookie is shown to that CouchDB ({@code GET /_session}), and what it said
 * goes for a minute. Threads share it.
 */
final class CouchSessions {
    private static final Logger LOG = LoggerFactory.getLogger(CouchSessions.class);
    private static final String COOKIE = "AuthSession";
    /** Base 64, as CouchDB writes it; nothing that could end a field. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9+/=_-]{1,1024}");
    private static final String PREFIX = "couchdb:";
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_NAME = 256;
    private static final int MOST_KNOWN = 10_000;
    private static final int ASKED_AT_ONCE = 4;  // of an address, which may bring cookies of its own making
    private static final Duration KNOWN = Duration.ofMinutes(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Optional<URI> session;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).followRedirects(HttpClient.Redirect.NEVER).build();
    private final Crowd asking = new Crowd(ASKED_AT_ONCE);
    /** By the digest of the cookie, which is as good as a password. */
    private final Cache<Digest, Optional<String>> known =
            Caffeine.newBuilder().maximumSize(MOST_KNOWN).expireAfterWrite(KNOWN).executor(Runnable::run).build();

    /** {@code couch} is where the CouchDB stands; without one nobody has a session. */
    CouchSessions(Optional<URI> couch) {
        this.session = couch.map(url -> URI.create(url + "/_session"));
    }

    /** A text that no address is, the same for all requests of one user; empty for who has no session, or where that cannot be told. */
    Optional<String> user(HttpServletRequest request, String address) {
        if (session.isEmpty() || request.getCookies() == null) {
            return Optional.empty();
        }
        return Arrays.stream(request.getCookies()).filter(cookie -> cookie.getName().equals(COOKIE)).map(Cookie::getValue)
                .filter(value -> VALUE.matcher(value).matches()).findFirst().flatMap(value -> user(value, address)).map(PREFIX::concat);
    }

    private Optional<String> user(String cookie, String address) {
        Digest key = Digest.of(cookie.getBytes(StandardCharsets.US_ASCII));
        Optional<String> before = known.getIfPresent(key);
        if (before != null) {
            return before;
        }
        try {
            asking.enter(address);
        } catch (ProblemException e) {
            return Optional.empty();
        }
        try {
            Optional<String> name = ask(cookie);
            known.put(key, name);
            return name;
        } catch (IOException | ProblemException e) {
            LOG.warn("CouchDB does not tell whose session it is url={} cause={}", session.get(), e.toString());
            return Optional.empty();
        } finally {
            asking.leave(address);
        }
    }

    private Optional<String> ask(String cookie) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(session.get()).timeout(LIMIT).header("Accept", Format.JSON_TYPE)
                .header("Cookie", COOKIE + "=" + cookie).build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            CompletableFuture<Void> alarm = CompletableFuture.runAsync(() -> close(answer.body()),
                    CompletableFuture.delayedExecutor(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
            try (InputStream body = answer.body()) {
                return answer.statusCode() == 401 ? Optional.empty() : name(answer.statusCode(), body.readNBytes(MOST_BYTES));
            } finally {
                alarm.cancel(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the node is stopping", e);
        }
    }

    /** Without a session there is none. */
    private static Optional<String> name(int status, byte[] body) throws IOException {
        if (status != 200 || body.length == MOST_BYTES) {
            throw new IOException("status " + status + ", " + body.length + " bytes");
        }
        return Format.JSON.readDocument(body).get("userCtx", Document.class).flatMap(user -> user.text("name"))
                .filter(name -> !name.isEmpty() && name.length() <= MOST_NAME);
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("an answer that took too long was not closed", e);
        }
    }
}
