package apidrive.config;

import static apidrive.config.Setting.*;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the text of the settings into a {@link NodeConfig}, gathering every fault before it gives up. */
final class ConfigReader {
    private static final int LEAST_READERS = 2;  // on one core too, one reads while the other waits
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}) *(KiB|MiB|GiB)?");
    private static final Pattern PORT_DOOR = Pattern.compile("(\\d{1,5}) *= *([a-z-]+)");
    private static final Pattern COPY_RULE = Pattern.compile("([^=\\s]+) *= *([1-9])");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern ROLE_NAME = Pattern.compile("[A-Za-z0-9._@-]{1,63}");
    private static final String NONE = "none";
    private static final int MOST_PORT = 65_535;
    private static final int PASSWORD_FILE_MAX_BYTES = 4_096;
    private static final int LEAST_KEY_BYTES = 16;
    private static final int MOST_COPIES = 8;
    private static final int LEAST_PARTITION_BITS = 4;
    private static final int MOST_PARTITION_BITS = 20;
    private static final long MOST_RATE = 1L << 36;
    private static final long LEAST_OBJECT = 64 << 10;
    private static final long MOST_OBJECT = 1L << 50;
    private static final int MOST_TRANSFERS = 10_000;
    private static final long MOST_SLOTS = 1_000_000_000_000L;

    private final Settings settings;
    private final List<String> faults;

    ConfigReader(Settings settings) {
        this.settings = settings;
        this.faults = new ArrayList<>(settings.faults());
    }

    NodeConfig read() {
        Path data = path(DATA).map(Path::toAbsolutePath).map(Path::normalize).orElse(null);
        int port = (int) number(PORT, 0, MOST_PORT);
        int pool = (int) number(POOL, 4, 200);
        NodeConfig.Store store = new NodeConfig.Store((int) number(STORE_WRITERS, 1, 16),
                (int) number(STORE_QUEUE, 64, 65_536), duration(STORE_WAIT, Duration.ofMillis(100), Duration.ofMinutes(5)));
        if (store.writers() > pool - 2) {
            faults.add(name(STORE_WRITERS) + " must leave two connections of " + name(POOL) + " to retrievals");
        }
        long slots = number(SLOTS, 0, MOST_SLOTS);
        NodeConfig config = new NodeConfig(data, settings.text(HOST), port, optionalPath(ACCESS_LOG), url(port), label(ZONE), jdbc(),
                duration(DATABASE_WAIT, Duration.ZERO, Duration.ofHours(1)), pool,
                slots, duration(LIFETIME, Duration.ofMinutes(1), Duration.ofDays(3_650)), size(CACHE_BYTES, 1L << 40),
                number(CACHED_SLOTS, 0, MOST_SLOTS), store, read(pool - store.writers() - 1), objects(), doors(port),
                flag(WRITE_TOKENS), number(RATE_CHUNKS, 0, Long.MAX_VALUE),
                duration(RATE_PERIOD, Duration.ofSeconds(1), Duration.ofDays(366)),
                ranges(TRUSTED_PROXIES), network(slots), settings);
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return config;
    }

    /** {@code most} connections are left for readers. */
    private NodeConfig.Read read(int most) {
        int queue = (int) number(READ_QUEUE, 1, 65_536);
        if (settings.text(READERS).isEmpty()) {
            int processors = Math.max(LEAST_READERS, Runtime.getRuntime().availableProcessors());
            return new NodeConfig.Read(Math.max(1, Math.min(most, processors)), queue);
        }
        int readers = (int) number(READERS, 1, 64);
        if (readers > most) {
            faults.add(name(READERS) + " and " + name(STORE_WRITERS) + " must leave one connection of " + name(POOL));
        }
        return new NodeConfig.Read(readers, queue);
    }

    private NodeConfig.Objects objects() {
        int faultsBefore = faults.size();
        long most = size(OBJECT_BYTES, MOST_OBJECT);
        if (most < LEAST_OBJECT && faults.size() == faultsBefore) {
            fault(OBJECT_BYTES, "must be at least " + LEAST_OBJECT + " bytes", null);
        }
        return new NodeConfig.Objects(most, (int) number(READ_AHEAD, 2, 256), (int) number(UPLOADS, 1, MOST_TRANSFERS),
                (int) number(DOWNLOADS, 1, MOST_TRANSFERS),
                duration(UPLOAD_LIFETIME, Duration.ofSeconds(1), Duration.ofDays(366)));
    }

    private NodeConfig.Doors doors(int port) {
        Set<DoorName> open = EnumSet.noneOf(DoorName.class);
        if (!settings.text(DOORS).equals(NONE)) {
            parts(DOORS).forEach(text -> open.addAll(named(DOORS, text)));
        }
        Map<Integer, Set<DoorName>> ports = new TreeMap<>();
        for (String text : parts(PORT_DOORS)) {
            Matcher rule = PORT_DOOR.matcher(text);
            int number = rule.matches() ? Integer.parseInt(rule.group(1)) : 0;
            if (number < 1 || number > MOST_PORT) {
                faults.add(name(PORT_DOORS) + ": " + text + " is no port and a way in, as 9991=sos-upload");
            } else if (number == port) {
                faults.add(name(PORT_DOORS) + " must not name " + name(PORT) + ", by which other nodes come");
            } else {
                ports.computeIfAbsent(number, none -> EnumSet.noneOf(DoorName.class)).addAll(named(PORT_DOORS, rule.group(2)));
            }
        }
        return new NodeConfig.Doors(open, ports, flag(SOS_STRICT), new NodeConfig.Dtfc(flag(DTFC_HTTPS), flag(DTFC_DELETED_STAYS),
                (int) number(DTFC_TRANSFERS, 0, MOST_TRANSFERS), copyRules(), optionalPath(DTFC_PEER_FILE), couchdb()));
    }

    private Optional<URI> couchdb() {
        Optional<URI> url = web(settings.text(DTFC_COUCHDB));
        return url.isPresent() || settings.text(DTFC_COUCHDB).isEmpty() ? url
                : fault(DTFC_COUCHDB, "must be an http or https URL with a host and no user, query or fragment", Optional.empty());
    }

    private List<NodeConfig.CopyRule> copyRules() {
        List<NodeConfig.CopyRule> rules = new ArrayList<>();
        for (String text : parts(DTFC_COPIES)) {
            Matcher rule = COPY_RULE.matcher(text);
            if (rule.matches() && Integer.parseInt(rule.group(2)) <= MOST_COPIES) {
                rules.add(new NodeConfig.CopyRule(rule.group(1), Integer.parseInt(rule.group(2))));
            } else {
                faults.add(name(DTFC_COPIES) + ": " + text + " is no pattern and a number from 1 to " + MOST_COPIES + ", as *.log=1");
            }
        }
        return List.copyOf(rules);
    }

    private Set<DoorName> named(Setting setting, String text) {
        Set<DoorName> doors = DoorName.named(text);
        if (doors.isEmpty()) {
            faults.add(name(setting) + ": there is no way in called " + text);
        }
        return doors;
    }

    private List<String> parts(Setting setting) {
        return Arrays.stream(settings.text(setting).split(",")).map(String::strip).filter(text -> !text.isEmpty()).toList();
    }

    private NodeConfig.Network network(long slots) {
        List<URI> join = new ArrayList<>();
        for (String text : parts(JOIN)) {
            web(text).ifPresentOrElse(join::add, () -> faults.add(name(JOIN) + ": " + text + " is no http or https URL with a host"
                    + " and without user, query or fragment"));
        }
        long weight = settings.text(WEIGHT).isEmpty() ? slots : number(WEIGHT, 0, MOST_SLOTS);
        return new NodeConfig.Network(label(NETWORK), key(), List.copyOf(join),
                optionalPath(JOIN_FILE), flag(ALLOW_PRIVATE_PEERS),
                label(GROUP), weight, flag(PREFERRED),
                duration(GOSSIP_PERIOD, Duration.ofMillis(50), Duration.ofMinutes(1)),
                duration(HEAL_DELAY, Duration.ofSeconds(1), Duration.ofDays(7)), (int) number(COPIES, 1, MOST_COPIES),
                settings.text(ACK).equals("all") ? MOST_COPIES : (int) number(ACK, 1, MOST_COPIES), partitionBits(),
                size(REPAIR_RATE, MOST_RATE));
    }

    private int partitionBits() {
        long partitions = number(PARTITIONS, 1 << LEAST_PARTITION_BITS, 1 << MOST_PARTITION_BITS);
        if (partitions != 0 && Long.bitCount(partitions) != 1) {
            fault(PARTITIONS, "must be a power of two", null);
        }
        return Long.numberOfTrailingZeros(Math.max(1, partitions));
    }

    private Optional<NodeConfig.Key> key() {
        if (settings.text(NETWORK_KEY_FILE).isEmpty()) {
            return Optional.empty();
        }
        int faultsBefore = faults.size();
        byte[] key = password(NETWORK_KEY_FILE).getBytes(StandardCharsets.UTF_8);
        if (key.length < LEAST_KEY_BYTES && faults.size() == faultsBefore) {
            fault(NETWORK_KEY_FILE, "names a file of less than " + LEAST_KEY_BYTES + " bytes", null);
        }
        return Optional.of(new NodeConfig.Key(key));
    }

    private long number(Setting setting, long least, long most) {
        try {
            long number = Long.parseLong(settings.text(setting));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the range
        }
        return fault(setting, "must be a whole number from " + least + " to " + most, 0L);
    }

    private long size(Setting setting, long most) {
        Matcher matcher = SIZE.matcher(settings.text(setting));
        if (matcher.matches()) {
            int shift = matcher.group(2) == null ? 0 : switch (matcher.group(2)) {
                case "KiB" -> 10;
                case "MiB" -> 20;
                default -> 30;
            };
            long number = Long.parseLong(matcher.group(1));
            if (number <= most >> shift) {
                return number << shift;
            }
        }
        return fault(setting, "must be bytes, or a number with KiB, MiB or GiB, up to " + most + " bytes", 0L);
    }

    private Duration duration(Setting setting, Duration least, Duration most) {
        try {
            Duration duration = Duration.parse(settings.text(setting));
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // said below, with the range
        }
        return fault(setting, "must be an ISO-8601 duration such as P30D or PT10S, from " + least + " to " + most,
                Duration.ZERO);
    }

    /** Empty where nothing is set. */
    private Optional<Path> optionalPath(Setting setting) {
        return settings.text(setting).isEmpty() ? Optional.empty() : path(setting);
    }

    private Optional<Path> path(Setting setting) {
        try {
            if (!settings.text(setting).isEmpty()) {
                return Optional.of(Settings.path(settings.text(setting)));
            }
        } catch (InvalidPathException e) {
            // said below
        }
        return fault(setting, "must be a path", Optional.empty());
    }

    private String label(Setting setting) {
        return LABEL.matcher(settings.text(setting)).matches() ? settings.text(setting)
                : fault(setting, "must be 1 to 64 letters, digits, dots, underscores or hyphens", "");
    }

    private boolean flag(Setting setting) {
        return switch (settings.text(setting)) {
            case "true" -> true;
            case "false" -> false;
            default -> fault(setting, "must be true or false", false);
        };
    }

    private URI url(int port) {
        return web(settings.text(URL).isEmpty() ? "http://localhost:" + port : settings.text(URL))
                .orElseGet(() -> fault(URL, "must be an http or https URL with a host and no user, query or fragment", null));
    }

    private static Optional<URI> web(String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return isWeb && url.getHost() != null && url.getQuery() == null && url.getFragment() == null
                    && url.getUserInfo() == null ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private Optional<NodeConfig.Jdbc> jdbc() {
        String url = settings.text(JDBC_URL);
        if (url.isEmpty()) {
            for (Setting setting : List.of(JDBC_PASSWORD_FILE, JDBC_OWNER, JDBC_OWNER_PASSWORD_FILE)) {
                if (!settings.text(setting).isEmpty()) {
                    faults.add(name(setting) + " has no use without " + name(JDBC_URL));
                }
            }
            return Optional.empty();
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            fault(JDBC_URL, "must start with jdbc:postgresql:", null);
        } else if (url.contains("password=")) {
            faults.add(name(JDBC_URL) + " must not hold a password: put it into the file that "
                    + name(JDBC_PASSWORD_FILE) + " names");
        }
        NodeConfig.Role runner = new NodeConfig.Role(roleName(JDBC_USER), password(JDBC_PASSWORD_FILE));
        NodeConfig.Role owner = settings.text(JDBC_OWNER).isEmpty() ? runner
                : new NodeConfig.Role(roleName(JDBC_OWNER), password(JDBC_OWNER_PASSWORD_FILE));
        return Optional.of(new NodeConfig.Jdbc(url, runner, owner));
    }

    private String roleName(Setting setting) {
        return ROLE_NAME.matcher(settings.text(setting)).matches() ? settings.text(setting)
                : fault(setting, "must be a role's name of letters, digits and . _ @ -", "");
    }

    private String password(Setting setting) {
        if (settings.text(setting).isEmpty()) {
            return "";
        }
        Optional<Path> file = path(setting);
        try {
            if (file.isPresent() && Files.size(file.get()) <= PASSWORD_FILE_MAX_BYTES) {
                return Files.readString(file.get()).strip();
            }
        } catch (IOException e) {
            return fault(setting, "names a file that cannot be read (" + e.getClass().getSimpleName() + ")", "");
        }
        return fault(setting, "names a file of more than " + PASSWORD_FILE_MAX_BYTES + " bytes", "");
    }

    private List<AddressRange> ranges(Setting setting) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : parts(setting)) {
            AddressRange.parse(text).ifPresentOrElse(ranges::add, () -> faults.add(name(setting)
                    + ": " + text + " is neither an IP address nor a range such as 10.0.0.0/8"));
        }
        return List.copyOf(ranges);
    }

    private <T> T fault(Setting setting, String rule, T instead) {
        faults.add(name(setting) + " " + rule + "; it is '" + settings.text(setting) + "'");
        return instead;
    }

    private static String name(Setting setting) {
        return setting.environmentKey();
    }
}
