package apidrive.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import apidrive.config.Setting;

/**
 * Which nodes a demo has. They are numbered from 1.
 *
 * @param war  the program that each of them runs
 * @param data absolute
 */
record DemoPlan(Path war, Path data, int nodes, int port, int zones, long slots, Duration healDelay) {
    /** Database connections of a node: enough for a user or two. */
    static final int POOL = 8;
    private static final String CACHE = "16MiB";  // all nodes together are to take little memory
    private static final String STORE_QUEUE = "256";
    private static final String NETWORK = "demo";

    Path folder(int node) {
        return data.resolve("node-" + node);
    }

    String zone(int node) {
        return "zone-" + ((node - 1) % zones + 1);
    }

    int port(int node) {
        return port + node - 1;
    }

    /** A loopback address of its own, since browsers keep one cookie for all ports of an address: signed in to one, out of the others. */
    String host(int node) {
        return "127.0.0." + node;
    }

    URI url(int node) {
        return URI.create("http://" + host(node) + ":" + port(node));
    }

    /** The node's settings but for its database. Each may join by any other, whichever are up. */
    Map<Setting, String> settings(int node) {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(Setting.HOST, host(node));
        settings.put(Setting.PORT, Integer.toString(port(node)));
        settings.put(Setting.URL, url(node).toString());
        settings.put(Setting.ZONE, zone(node));
        settings.put(Setting.NETWORK, NETWORK);
        settings.put(Setting.JOIN, IntStream.rangeClosed(1, nodes).filter(other -> other != node)
                .mapToObj(other -> url(other).toString()).collect(Collectors.joining(",")));
        settings.put(Setting.ALLOW_PRIVATE_PEERS, "true");
        settings.put(Setting.HEAL_DELAY, healDelay.toString());
        settings.put(Setting.SLOTS, Long.toString(slots));
        settings.put(Setting.POOL, Integer.toString(POOL));
        settings.put(Setting.CACHE_BYTES, CACHE);
        settings.put(Setting.STORE_QUEUE, STORE_QUEUE);
        return settings;
    }

    /** Throws {@link IllegalStateException} with words for the user when something listens on one of them. */
    void requireFreePorts() {
        for (int node = 1; node <= nodes; node++) {
            try (ServerSocket socket = new ServerSocket(port(node), 1, InetAddress.getByName(host(node)))) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                throw new IllegalStateException("port " + port(node) + " of " + host(node) + " cannot be had (" + e.getMessage()
                        + "): name another with --port", e);
            }
        }
    }
}
