package apidrive;

import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import apidrive.config.NodeConfig;
import apidrive.door.api.Admission;
import apidrive.door.api.Traffic;
import apidrive.door.peer.PeerServlet;
import apidrive.peer.Declared;
import apidrive.peer.Envelope;
import apidrive.peer.Membership;
import apidrive.peer.Observed;
import apidrive.peer.PeerAddress;
import apidrive.peer.PeerClient;
import apidrive.peer.PeerRoute;
import apidrive.peer.PeerStore;
import apidrive.peer.Profile;
import apidrive.peer.Refusal;
import apidrive.peer.Vitals;
import apidrive.sql.Database;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The part of a node that knows others: who it is to them, how it calls them, and what they may ask of it. */
final class Network implements AutoCloseable {
    private final PeerAddress addresses;
    private final Envelope envelope;
    private final PeerClient client;
    private final Membership membership;

    /** {@code vitals} measures how this node fares. */
    Network(NodeConfig config, Database database, String version, Supplier<Vitals> vitals, MeterRegistry metrics) {
        NodeConfig.Network network = config.network();
        PeerStore store = new PeerStore(database);
        PeerStore.Own own = store.own();
        this.addresses = new PeerAddress(network.allowPrivatePeers(), InetAddress::getAllByName);
        this.envelope = new Envelope(network.name(), network.partitionBits(), network.key().map(NodeConfig.Key::bytes), own.key().id());
        this.client = new PeerClient(envelope, addresses, tls(), metrics);
        Profile profile = new Profile(config.url(), config.zone(), network.group(), config.slots(), network.weight(),
                network.preferred(), Declared.ACTIVE, version);
        this.membership = new Membership(network, store, own, profile, addresses, client, vitals);
        measure(metrics);
    }

    Membership membership() {
        return membership;
    }

    PeerClient client() {
        return client;
    }

    /** Whom this node may speak to. */
    PeerAddress addresses() {
        return addresses;
    }

    boolean isClosed() {
        return envelope.isClosed();
    }

    /** The door of peers: the routes of membership, and {@code others}. */
    PeerServlet door(List<PeerRoute> others, Traffic traffic, Admission admission) {
        List<PeerRoute> routes = new ArrayList<>(membership.routes());
        routes.addAll(others);
        return new PeerServlet(envelope, routes, membership::isMember, membership.refusals(), traffic, admission);
    }

    @Override
    public void close() {
        membership.close();
        client.close();
    }

    /** Whom this Java trusts. */
    private static SSLContext tls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no usable default for TLS: " + e.getMessage(), e);
        }
    }

    private void measure(MeterRegistry metrics) {
        for (Observed observed : List.of(Observed.ALIVE, Observed.SUSPECT, Observed.DEAD)) {
            Gauge.builder("apidrive.peers", membership, all -> all.table().count(observed))
                    .tag("observed", observed.name().toLowerCase(Locale.ROOT))
                    .description("Servers of the network, this one among them").register(metrics);
        }
        Gauge.builder("apidrive.peer.health", membership, Membership::localHealth)
                .description("0 while others answer as they should, to 8: probes are slower by so many periods").register(metrics);
        for (Refusal reason : Refusal.values()) {
            FunctionCounter.builder("apidrive.peer.refused", membership, all -> all.refusals().of(reason))
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .description("Calls and announcements of peers that were refused").register(metrics);
        }
    }
}
