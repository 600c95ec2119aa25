package apidrive;

import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.glassfish.jersey.CommonProperties;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.servlet.ServletProperties;

/** The JAX-RS application: the resources and providers of a node's doors, which the node made. */
public final class DriveApplication extends ResourceConfig {
    /** Files of the webapp, which the container serves; every other path is a route. */
    private static final String STATIC_FILES = "/|/(index\\.html|style\\.css|favicon\\.svg)";

    /** Warns of every resource that is registered as an instance, as all are here. Held, so that the level stays. */
    private static final Logger PROVIDERS = Logger.getLogger("org.glassfish.jersey.internal.inject.Providers");

    public DriveApplication(Set<Object> parts) {
        PROVIDERS.setLevel(Level.SEVERE);
        registerInstances(parts);
        property(ServletProperties.FILTER_STATIC_CONTENT_REGEX, STATIC_FILES);
        property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
        property(ServerProperties.WADL_FEATURE_DISABLE, true);
        property(CommonProperties.PROVIDER_DEFAULT_DISABLE, "ALL");
        property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true);
    }
}
