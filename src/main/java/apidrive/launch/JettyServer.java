package apidrive.launch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Jetty that deploys the WAR at its root, as a container would. */
final class JettyServer {
    private static final Logger LOG = LoggerFactory.getLogger(JettyServer.class);
    private static final int THREADS = 200;
    private static final int IDLE_THREADS = 8;
    private static final int THREAD_IDLE_MILLIS = 30_000;
    private static final int INPUT_BYTES = 72 * 1024;  // a request with a chunk comes in one read where it has come
    private static final int OUTPUT_BYTES = 96 * 1024;  // an answer with a chunk leaves in one write
    private static final int BUFFER_STEP_BYTES = 4096;
    private static final long STOP_MILLIS = 10_000;  // requests under way may end

    private final Server server;
    private final ServerConnector connector;
    private final String host;

    /**
     * Will listen on {@code host}, on {@code port}, 0 for any free one, and {@code others}; the WAR is unpacked below {@code folder}. Of
     * each request a line goes to {@code accessLog}.
     */
    JettyServer(Path war, Path folder, String host, int port, Set<Integer> others, Optional<Path> accessLog)
            throws IOException {
        this.server = new Server(new QueuedThreadPool(THREADS, IDLE_THREADS, THREAD_IDLE_MILLIS), null,
                new ArrayByteBufferPool(0, BUFFER_STEP_BYTES, OUTPUT_BYTES));  // by default 64 KiB are the most it keeps for reuse
        this.host = host;
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setOutputBufferSize(OUTPUT_BYTES);
        this.connector = listening(port, http);
        others.forEach(other -> listening(other, http));
        WebAppContext webapp = new WebAppContext();
        webapp.setContextPath("/");
        webapp.setWar(war.toString());
        webapp.setTempDirectory(Files.createDirectory(folder.resolve("webapp")).toFile());
        webapp.setThrowUnavailableOnStartupException(true);
        server.setHandler(new GracefulHandler(webapp));
        server.setStopTimeout(STOP_MILLIS);
        accessLog.ifPresent(file -> server.setRequestLog(new AccessLog(file)));
    }

    private ServerConnector listening(int port, HttpConfiguration http) {
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        connections.setInputBufferSize(INPUT_BYTES);
        ServerConnector one = new ServerConnector(server, connections);
        one.setHost(host);
        one.setPort(port);
        server.addConnector(one);
        return one;
    }

    /** Returns when it serves; throws the failure of a node that cannot start. */
    void start() throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "apidrive-stop"));
        try {
            server.start();
        } catch (Exception e) {
            stop();
            throw e;
        }
    }

    URI url() {
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort() + "/");
    }

    void join() throws InterruptedException {
        server.join();
    }

    /** Holds the lock that keeps {@link Main} from deleting the unpacked libraries under it. */
    private void stop() {
        synchronized (Runtime.getRuntime()) {
            try {
                server.stop();
            } catch (Exception e) {
                LOG.warn("server did not stop in good order", e);
            }
        }
    }
}
