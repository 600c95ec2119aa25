package apidrive;

import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.glassfish.jersey.CommonProperties;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.servlet.ServletProperties;

/** The JAX-RS application: the resources and providers of a node's doors, which the node made. */
public final class DriveApplication extends ResourceConfig {
    /** Files of the webapp, which the container serves; every other path is a route. */
    private static final String STATIC_FILES = "/|/(index\\.html|style\\.css|favicon\\.svg)";

    /** The container buffers already, and what a stream flushes is to go out. */
    private static final int UNBUFFERED = 0;

    private static final String BELOW = "(/.*)?";

    /** Warns of every resource that is registered as an instance, as all are here. Held, so that the level stays. */
    private static final Logger PROVIDERS = Logger.getLogger("org.glassfish.jersey.internal.inject.Providers");

    /** Leaves {@code others}, and what lies below them, to the servlets that serve them. */
    public DriveApplication(Set<Object> parts, Set<String> others) {
        PROVIDERS.setLevel(Level.SEVERE);
        registerInstances(parts);
        property(ServletProperties.FILTER_STATIC_CONTENT_REGEX, Stream.concat(Stream.of(STATIC_FILES),
                others.stream().map(path -> Pattern.quote(path) + BELOW)).collect(Collectors.joining("|")));
        property(ServerProperties.OUTBOUND_CONTENT_LENGTH_BUFFER, UNBUFFERED);
        property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
        property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);  // a proxy may be spoken to by TLS
        property(ServerProperties.WADL_FEATURE_DISABLE, true);
        property(CommonProperties.PROVIDER_DEFAULT_DISABLE, "ALL");
        property(ServerProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true);
    }
}
