package apidrive.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node was told, checked. Ranges and defaults: {@link Setting}.
 *
 * @param data        the node's own folder, absolute
 * @param host        address that {@code serve} listens on
 * @param port        port that {@code serve} listens on; 0 for any free one
 * @param accessLog   where {@code serve} writes of each request; empty for nowhere
 * @param url         how others reach this node, without a trailing slash
 * @param zone        where this node stands
 * @param jdbc        the external database; empty when JNDI or the embedded PostgreSQL is meant
 * @param databaseWait how long a start waits for the database
 * @param pool        database connections
 * @param slots       chunks this node has room for
 * @param lifetime    how long a chunk is kept after it was stored or last retrieved
 * @param cacheBytes  heap for hot chunks
 * @param cachedSlots chunks of other nodes that are kept in the database, beside {@code slots}
 * @param store       bounds of storing
 * @param read        bounds of retrieving
 * @param objects     bounds of objects
 * @param doors       ways in for clients of other systems
 * @param writeTokens whether only who brings a token may write
 * @param rateChunks  chunks an address may store a period; 0 for no limit
 * @param ratePeriod  that period
 * @param trustedProxies whose X-Forwarded-For is believed
 * @param network     the other nodes, and this one's place among them
 * @param settings    the texts all of this was read from, and where each came from
 */
public record NodeConfig(
        Path data, String host, int port, Optional<Path> accessLog, URI url, String zone, Optional<Jdbc> jdbc, Duration databaseWait,
        int pool,
        long slots, Duration lifetime, long cacheBytes, long cachedSlots, Store store, Read read, Objects objects,
        Doors doors, boolean writeTokens, long rateChunks, Duration ratePeriod, List<AddressRange> trustedProxies, Network network,
        Settings settings) {

    /** An external database and the roles to reach it by; {@code owner} equals {@code runner} where only one is named. */
    public record Jdbc(String url, Role runner, Role owner) {
    }

    /** A PostgreSQL role. The password never shows in {@link #toString()}. */
    public record Role(String name, String password) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code writers} transactions at once; {@code queue} chunks may wait, each for at most {@code patience}. */
    public record Store(int writers, int queue, Duration patience) {
    }

    /** {@code readers} statements at once; {@code queue} retrievals may wait. */
    public record Read(int readers, int queue) {
    }

    /**
     * Objects of any size.
     *
     * @param most           bytes of one
     * @param readAhead      chunks fetched before they are taken
     * @param uploads        taken in at once
     * @param downloads      given out at once
     * @param uploadLifetime how long an upload is kept after it last went on
     */
    public record Objects(long most, int readAhead, int uploads, int downloads, Duration uploadLifetime) {
    }

    /**
     * Ways in for clients of other systems.
     *
     * @param open      those on every port that is not in {@code ports}
     * @param ports     those that are all there is on a port
     * @param sosStrict whether an SOS id of 40 hexadecimal digits is only ever that of its bytes
     */
    public record Doors(Set<DoorName> open, Map<Integer, Set<DoorName>> ports, boolean sosStrict, Dtfc dtfc) {
    }

    /**
     * The dtfc door.
     *
     * @param https        whether a GET without TLS is sent on to where there is some
     * @param deletedStays whether what was deleted stays so when it is stored again
     * @param transfers    requests of an address at once; 0 for any number
     * @param copies       copies of files, by the first rule that fits
     * @param peerFile     where servers of the original stand that are asked for what no node keeps
     * @param couchdb      whose sessions tell users apart
     */
    public record Dtfc(boolean https, boolean deletedStays, int transfers, List<CopyRule> copies, Optional<Path> peerFile,
            Optional<URI> couchdb) {
    }

    /** Files whose name or type fits {@code glob}, in which {@code *} stands for anything, have so many {@code copies}. */
    public record CopyRule(String glob, int copies) {
    }

    /**
     * The network of this node.
     *
     * @param key       what all nodes of a closed network share; empty in an open one
     * @param join      nodes to join by
     * @param joinFile  where more of them stand
     * @param weight    this node's share beside those of others; 0 takes no part in keeping chunks
     * @param healDelay how long a node may be dead before it is replaced
     * @param copies    copies of a chunk, unless its store wishes for another number
     * @param ack       copies that are durable before the answer
     * @param partitionBits the parts of placement are two to the power of this
     * @param repairRate bytes a second for healing and scrub
     */
    public record Network(String name, Optional<Key> key, List<URI> join, Optional<Path> joinFile,
            boolean allowPrivatePeers, String group, long weight, boolean preferred, Duration gossipPeriod,
            Duration healDelay, int copies, int ack, int partitionBits, long repairRate) {
    }

    /** A secret that shows in no {@link #toString()}. */
    public record Key(byte[] bytes) {
        @Override
        public String toString() {
            return "(secret)";
        }
    }

    /** The settings of this process. Throws {@link ConfigException} that names every fault. */
    public static NodeConfig ofProcess() {
        return of(Settings.ofProcess());
    }

    /** The settings, typed. Throws {@link ConfigException} that names every fault. */
    public static NodeConfig of(Settings settings) {
        return new ConfigReader(settings).read();
    }
}
