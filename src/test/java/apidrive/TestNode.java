package apidrive;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.glassfish.jersey.servlet.ServletContainer;

import apidrive.config.NodeConfig;
import apidrive.config.Settings;
import jakarta.servlet.ServletException;

/** A whole node in this JVM: real HTTP on loopback, real PostgreSQL, least-privileged role. */
public final class TestNode implements AutoCloseable {
    private final TestDatabase database;
    private final boolean ownsDatabase;
    private final Server server;
    private final ServletContextHandler context;
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

    /** On a database of its own, with default settings. */
    public static TestNode start() {
        return start(Map.of());
    }

    /**
     * On a database of its own; {@code settings} by key, for example {@code Map.of("slots", "10")}. It listens on any free
     * port, unless {@code port} is set; with {@code allow-private-peers} its URL is where it really is.
     */
    public static TestNode start(Map<String, String> settings) {
        return new TestNode(settings.containsKey("lifetime") ? TestDatabase.migrated() : TestDatabase.opened(), true, settings);
    }

    /** On a database that others may use as well, and that stays when the node is closed. */
    public static TestNode start(TestDatabase database, Map<String, String> settings) {
        return new TestNode(database, false, settings);
    }

    private TestNode(TestDatabase database, boolean ownsDatabase, Map<String, String> settings) {
        this.database = database;
        this.ownsDatabase = ownsDatabase;
        Map<String, String> environment = new HashMap<>();
        environment.put("APIDRIVE_DATA", Path.of("target", "no-embedded-database").toString());
        environment.put("APIDRIVE_JDBC_URL", database.jdbcUrl());
        environment.put("APIDRIVE_JDBC_USER", TestDatabase.RUNNER);
        environment.put("APIDRIVE_JDBC_OWNER", TestDatabase.OWNER);
        server = new Server();
        int port = settings.containsKey("port") ? Integer.parseInt(settings.get("port")) : Ports.next();
        listening(port);
        if (settings.containsKey("allow-private-peers")) {
            environment.put("APIDRIVE_URL", "http://127.0.0.1:" + port);
        }
        settings.forEach((key, value) -> environment.put("APIDRIVE_" + key.toUpperCase().replace('-', '_'), value));
        NodeConfig config = NodeConfig.of(Settings.of(new Properties(), environment));
        config.doors().ports().keySet().forEach(this::listening);

        context = new ServletContextHandler();
        context.setContextPath("/");
        context.setBaseResourceAsPath(Path.of("webapp").toAbsolutePath());
        context.addEventListener(new NodeListener(() -> config));
        context.addServlet(DefaultServlet.class, "/");
        server.setHandler(context);
        server.setRequestLog((request, response) -> requests.computeIfAbsent(request.getHttpURI().getPath(), path -> new LongAdder())
                .increment());
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void listening(int port) {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
    }

    /** The node's address without a trailing slash; {@code path} begins with one. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort() + path);
    }

    /** What the web application answers with: its servlets, and the resources and providers of its JAX-RS application. */
    public List<Object> doors() throws ServletException {
        List<Object> doors = new ArrayList<>();
        for (ServletHolder holder : context.getServletHandler().getServlets()) {
            doors.add(holder.getServlet() instanceof ServletHolder.Wrapper wrapper ? wrapper.getWrapped() : holder.getServlet());
        }
        for (FilterHolder holder : context.getServletHandler().getFilters()) {
            if (holder.getFilter() instanceof ServletContainer jaxRs) {
                doors.addAll(jaxRs.getConfiguration().getInstances());
            }
        }
        return doors;
    }

    /** How often it answered a request for this path since it started. */
    public long requests(String path) {
        return requests.getOrDefault(path, new LongAdder()).sum();
    }

    public TestDatabase database() {
        return database;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        if (ownsDatabase) {
            database.close();
        }
    }
}
