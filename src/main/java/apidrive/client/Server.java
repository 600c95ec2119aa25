package apidrive.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** A server as this process has found it. Threads share it. */
final class Server {
    private static final String RETRIEVE = "/api/drive/retrieve";
    private static final Duration FIRST_REST = Duration.ofMillis(500);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);
    private static final double SMOOTHING = 0.1;  // of the running mean of its latencies

    private final String retrieveUrl;
    private final Optional<String> base;
    private long restUntilNanos = System.nanoTime();
    private Duration rest = FIRST_REST;
    private boolean full;
    private double meanNanos;

    private Server(String retrieveUrl) {
        this.retrieveUrl = retrieveUrl;
        this.base = retrieveUrl.toLowerCase(Locale.ROOT).endsWith(RETRIEVE)
                ? Optional.of(retrieveUrl.substring(0, retrieveUrl.length() - RETRIEVE.length())) : Optional.empty();
    }

    /** From its address, with or without a trailing slash. */
    static Server at(URI address) {
        String text = address.toString();
        return new Server((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + RETRIEVE);
    }

    /** From a retrieve endpoint, as a manifest names it. */
    static Server ofRetrieveUrl(String url) {
        return new Server(url);
    }

    String retrieveUrl() {
        return retrieveUrl;
    }

    /** The address of another of its routes; empty when the retrieve endpoint does not look like API Drive's. */
    Optional<URI> route(String path) {
        return base.map(address -> URI.create(address + path));
    }

    /** Nanoseconds until it may be asked again; 0 or less for now. */
    synchronized long restNanos() {
        return restUntilNanos - System.nanoTime();
    }

    /** It answered well after so long. */
    synchronized void succeeded(long nanos) {
        meanNanos = meanNanos == 0 ? nanos : meanNanos + SMOOTHING * (nanos - meanNanos);
        rest = FIRST_REST;
    }

    /** It did not answer, or wrongly: it is left alone, longer each time. */
    synchronized void failed() {
        if (restNanos() <= 0) {
            restFor(rest);
            rest = rest.multipliedBy(2).compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest.multipliedBy(2);
        }
    }

    /** It asked to be left alone; whether this is news. */
    synchronized boolean asksToWait(Duration wait) {
        boolean news = restNanos() <= 0;
        if (news || wait.toNanos() > restNanos()) {
            restFor(wait);
        }
        return news;
    }

    /** It has no slot left; whether this is news. */
    synchronized boolean isFullNow() {
        boolean news = !full;
        full = true;
        return news;
    }

    synchronized boolean isFull() {
        return full;
    }

    /** The running mean of its latencies in nanoseconds; 0 before the first. */
    synchronized double meanNanos() {
        return meanNanos;
    }

    private void restFor(Duration wait) {
        restUntilNanos = System.nanoTime() + wait.toNanos();
    }

    @Override
    public String toString() {
        return base.orElse(retrieveUrl);
    }
}
