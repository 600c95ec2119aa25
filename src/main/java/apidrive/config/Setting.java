package apidrive.config;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every setting, in the order of the README's table. Each has three spellings: {@code APIDRIVE_JDBC_URL} in the
 * environment, {@code jdbc-url} in the properties file and as the command option {@code --jdbc-url}, and
 * {@code apidrive.jdbc-url} as a system property.
 */
public enum Setting {
    CONFIG("", "Properties file with settings; empty: DATA/apidrive.properties where that exists"),
    DATA("~/.apidrive", "The node's own folder: the embedded PostgreSQL, which is started again where it ends, and its passwords"),
    HOST("127.0.0.1", "Address that `serve` listens on; 0.0.0.0 for every one"),
    PORT("8080", "Port that `serve` listens on, 1 to 65535; 0 takes any free one"),
    ACCESS_LOG("", "File that `serve` adds a line to for each request, without ids and queries; one a day, for 31 days, with "
            + "yyyy_mm_dd in its name; empty: none"),
    URL("", "How others reach this node, http or https; empty: http://localhost:PORT"),
    ZONE("default", "Where this node stands (a rack, a site): 1 to 64 letters, digits, . _ -"),
    JDBC_URL("", "jdbc:postgresql://… of an external database; empty: JNDI jdbc/apidrive, else an embedded PostgreSQL"),
    JDBC_USER("apidrive", "Role that the node runs as"),
    JDBC_PASSWORD_FILE("", "File that holds that role's password"),
    JDBC_OWNER("", "Role that owns the tables and migrates them; empty: the role that the node runs as"),
    JDBC_OWNER_PASSWORD_FILE("", "File that holds the owner's password"),
    DATABASE_WAIT("PT30S", "How long a start waits for the database to answer, ISO-8601 duration"),
    POOL("12", "Database connections, 4 to 200; writers and readers take theirs from these"),
    SLOTS("327680", "Room for chunks of at most 64 KiB, 0 to 10^12; the default is 20 GiB"),
    LIFETIME("P30D", "How long a chunk is kept after it was stored or last retrieved, PT1M to P3650D"),
    CACHE_BYTES("64MiB", "Heap for chunks read often, 0 to 1 TiB; plain bytes or with KiB, MiB, GiB"),
    CACHED_SLOTS("16384", "Chunks of other nodes kept in the database beside SLOTS for whoever asks again, 0 to 10^12; a crash of "
            + "PostgreSQL empties it; the default is 1 GiB"),
    STORE_WRITERS("3", "Transactions that store chunks at the same time, 1 to 16, at most POOL − 2"),
    STORE_QUEUE("1024", "Chunks that may wait to be stored, 64 to 65536; beyond it a store is answered 503"),
    STORE_WAIT("PT10S", "How long a chunk may wait to be stored before it is answered 503, PT0.1S to PT5M"),
    READERS("", "Statements that read chunks at the same time, each for up to 16 retrievals, 1 to 64; empty: one for each "
            + "processor, at least 2"),
    READ_QUEUE("256", "Retrievals that may wait for the database, 1 to 65536; beyond it one is answered 503"),
    OBJECT_BYTES("1024GiB", "The most bytes of an object, 64KiB to 1 PiB"),
    READ_AHEAD("16", "Chunks of an object that are fetched before its reader takes them, 2 to 256, for each download"),
    UPLOADS("32", "Objects that are taken in at once, 1 to 10000, each with a thread of the server and up to 3 MiB of heap; beyond it "
            + "one is answered 503"),
    DOWNLOADS("64", "Objects that are given out at once, 1 to 10000, each with a thread of the server; beyond it one is answered 503"),
    UPLOAD_LIFETIME("P1D", "How long an upload is kept after it last went on, PT1S to P366D; all in all half of LIFETIME at most"),
    DOORS("sos,dtfc", "Ways in for clients of other systems on every port that PORT_DOORS does not name, comma-separated: sos-upload, "
            + "sos-download, sos-blob, sos for all three, dtfc; none for none"),
    PORT_DOORS("", "Ports with such ways in and nothing else, as 9991=sos-upload,9992=sos-download,3001=sos-blob; a port that is named "
            + "again has both; `serve` listens on them, in a container they are connectors of its own"),
    SOS_STRICT("true", "Whether bytes are refused that SOS clients store under 40 hexadecimal digits which are not their SHA-1"),
    DTFC_HTTPS("false", "Whether a GET at the dtfc door without TLS is sent on to https, unless it asks after health, comes from another dtfc or "
            + "names this host itself"),
    DTFC_DELETED_STAYS("false", "Whether bytes that were deleted at the dtfc door are refused when somebody stores them there again"),
    DTFC_TRANSFERS("32", "Requests of one address (IPv6: one /64) that the dtfc door serves at once, up to 10000, 0 for any number; beyond it "
            + "one is answered 429"),
    DTFC_COPIES("", "Copies of some files stored there, as video/*=2,*.log=1: the first rule that fits the name or the type counts; of "
            + "others there are COPIES"),
    DTFC_PEER_FILE("", "File with URLs of servers of the original dtfc, one a line, that a GET at that door asks, in this order, for what no "
            + "node keeps; what they have is kept from then on; read again when it changes"),
    DTFC_COUCHDB("", "URL of a CouchDB by whose sessions DTFC_TRANSFERS tells users apart: whoever brings its cookie AuthSession there is "
            + "counted by name, from whatever address; empty: none"),
    WRITE_TOKENS("false", "Whether whoever stores, names or deletes something, by any door, has to bring a token that an administrator "
            + "made; reading stays open"),
    RATE_CHUNKS("1000000", "Chunks that one address (IPv6: one /64) may store in a period, 0 for no limit"),
    RATE_PERIOD("P1D", "The period of RATE_CHUNKS, PT1S to P366D"),
    TRUSTED_PROXIES("", "Addresses or CIDR ranges, comma-separated, whose X-Forwarded-For is believed"),
    NETWORK("default", "Name of the network this node belongs to: 1 to 64 letters, digits, . _ -; others are refused"),
    NETWORK_KEY_FILE("", "File with the key that all nodes of a closed network share, 16 to 4096 bytes; empty: the network is open"),
    JOIN("", "URLs of nodes to join by, comma-separated; empty: this node waits to be joined"),
    JOIN_FILE("", "File with more of them, one a line, or groups of lines as in an SOS configuration; read again when it changes"),
    ALLOW_PRIVATE_PEERS("false", "Whether peers may have loopback, link-local and private addresses: only in a network that is your own"),
    GROUP("default", "The group this node is listed under: 1 to 64 letters, digits, . _ -"),
    WEIGHT("", "Its share of the network's chunks beside other nodes' weights, 0 for none, up to 10^12; empty: SLOTS"),
    PREFERRED("false", "Whether clients should ask this node before others"),
    GOSSIP_PERIOD("PT2S", "How often it probes another node, PT0.05S to PT1M; the same on all nodes"),
    HEAL_DELAY("PT10M", "How long a node may be dead before its chunks are copied elsewhere, PT1S to P7D"),
    COPIES("3", "Copies the network is to have of a chunk whose store wishes for no other number, 1 to 8"),
    ACK("2", "How many of them are durable before a store is answered, 1 to 8 or all; fewer where the network has fewer nodes"),
    PARTITIONS("1024", "Parts that ids fall into for placement, a power of two from 16 to 1048576; the same on all nodes"),
    REPAIR_RATE("32MiB", "Bytes a second that healing and scrub may move together, 64KiB to 64GiB; less while users wait");

    private static final String ENVIRONMENT_PREFIX = "APIDRIVE_";
    private static final String PROPERTY_PREFIX = "apidrive.";

    private final String defaultValue;
    private final String meaning;

    Setting(String defaultValue, String meaning) {
        this.defaultValue = defaultValue;
        this.meaning = meaning;
    }

    /** The name in a properties file and, after {@code --}, on the command line. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String environmentKey() {
        return ENVIRONMENT_PREFIX + name();
    }

    public String systemProperty() {
        return PROPERTY_PREFIX + key();
    }

    public String defaultValue() {
        return defaultValue;
    }

    /** Unit, range and effect in one sentence. */
    public String meaning() {
        return meaning;
    }

    static boolean isEnvironmentKey(String key) {
        return key.startsWith(ENVIRONMENT_PREFIX);
    }

    static boolean isSystemProperty(String key) {
        return key.startsWith(PROPERTY_PREFIX);
    }

    static Optional<Setting> ofEnvironmentKey(String key) {
        return matching(key, Setting::environmentKey);
    }

    static Optional<Setting> ofSystemProperty(String key) {
        return matching(key, Setting::systemProperty);
    }

    static Optional<Setting> ofKey(String key) {
        return matching(key, Setting::key);
    }

    private static Optional<Setting> matching(String key, Function<Setting, String> spelling) {
        for (Setting setting : values()) {
            if (spelling.apply(setting).equals(key)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }
}
