package apidrive.bench;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * A server that somebody else started, and that is left running. Only loopback is called: its share of these processors is
 * what is compared, and a load generator is nothing to point at strangers.
 *
 * @param port where it listens
 * @param path what stands before every name, without a slash at the end
 * @param pid  its first process, 0 where that was not told
 */
record ForeignServer(int port, String path, long pid) implements Server {
    private static final int HTTP_PORT = 80;

    static ForeignServer at(URI url, long pid) throws UnknownHostException {
        if (!"http".equals(url.getScheme()) || url.getHost() == null
                || !InetAddress.getByName(url.getHost()).isLoopbackAddress()) {
            throw new IllegalArgumentException("--foreign takes an http URL on this machine's loopback, not " + url);
        }
        return new ForeignServer(url.getPort() < 0 ? HTTP_PORT : url.getPort(), url.getRawPath().replaceAll("/+$", ""), pid);
    }

    @Override
    public void close() {
        // not ours to stop
    }
}
