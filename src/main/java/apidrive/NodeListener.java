package apidrive;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

import org.glassfish.jersey.servlet.ServletContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.config.NodeConfig;
import apidrive.door.api.ApiPathFilter;
import apidrive.door.api.ApiServlet;
import apidrive.door.object.CutOff;
import apidrive.door.web.PageFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;

/** Starts a node with the web application and stops it with it. A node that cannot start keeps the application from starting. */
public final class NodeListener implements ServletContextListener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeListener.class);
    private static final EnumSet<DispatcherType> REQUESTS = EnumSet.of(DispatcherType.REQUEST);
    private static final EnumSet<DispatcherType> REQUESTS_AND_FORWARDS =
            EnumSet.of(DispatcherType.REQUEST, DispatcherType.FORWARD);

    private final Supplier<NodeConfig> config;
    private Node node;

    /** Made by the container: the node takes its settings from the process. */
    public NodeListener() {
        this(NodeConfig::ofProcess);
    }

    NodeListener(Supplier<NodeConfig> config) {
        this.config = config;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            node = Node.start(config.get());
        } catch (RuntimeException e) {
            LOG.error("The node did not start. {}", e.getMessage(), e);
            throw e;
        }
        ServletContext context = event.getServletContext();
        context.addFilter("cut-off", new CutOff()).addMappingForUrlPatterns(REQUESTS, false, "/*");
        context.addFilter("other-doors", node.otherDoors()).addMappingForUrlPatterns(REQUESTS, false, "/*");
        context.addFilter("writes", node.writes()).addMappingForUrlPatterns(REQUESTS, false, "/*");
        context.addFilter("api-path", new ApiPathFilter()).addMappingForUrlPatterns(REQUESTS, false, "/*");
        context.addFilter("pages", new PageFilter()).addMappingForUrlPatterns(REQUESTS, false, "/*");
        Set<String> servletPaths = new HashSet<>(PageFilter.folders());
        for (ApiServlet servlet : node.servlets()) {
            ServletRegistration registration = context.addServlet(servlet.getClass().getSimpleName(), servlet);
            servlet.paths().forEach(path -> registration.addMapping(path + (servlet.servesBelow() ? "/*" : "")));
            servletPaths.addAll(servlet.paths());
        }
        FilterRegistration.Dynamic doors = context.addFilter("doors",
                new ServletContainer(new DriveApplication(node.doors(), servletPaths)));
        doors.setAsyncSupported(true);
        doors.addMappingForUrlPatterns(REQUESTS_AND_FORWARDS, false, "/*");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (node != null) {
            node.close();
        }
    }
}
