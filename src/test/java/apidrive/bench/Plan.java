package apidrive.bench;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import picocli.CommandLine.Option;

/** What was asked for on the command line. */
final class Plan {
    @Option(names = "--seconds", defaultValue = "5", description = "Length of one measurement. Default: ${DEFAULT-VALUE}")
    private int seconds;
    @Option(names = "--rounds", defaultValue = "5", description = "Turns of each contender. Default: ${DEFAULT-VALUE}")
    private int rounds;
    @Option(names = "--warm-up", defaultValue = "15", paramLabel = "seconds",
            description = "Length of a first turn that does not count; eight of them at most, while Java compiles. "
                    + "Default: ${DEFAULT-VALUE}")
    private int warmUp;
    @Option(names = "--clients", defaultValue = "16", description = "Clients at once. Default: ${DEFAULT-VALUE}")
    private int clients;
    @Option(names = "--chunks", defaultValue = "8192", description = "Chunks to retrieve from. Default: ${DEFAULT-VALUE}")
    private int chunks;
    @Option(names = "--file-mib", defaultValue = "4096",
            description = "Size of the file to put and get, 0 for none. Default: ${DEFAULT-VALUE}")
    private int fileMebibytes;
    @Option(names = "--object-mib", defaultValue = "1024",
            description = "Size of the object to put and get in one stream, 0 for none. Default: ${DEFAULT-VALUE}")
    private int objectMebibytes;
    @Option(names = "--small-objects", defaultValue = "20000", paramLabel = "objects",
            description = "Objects of 1 KiB to create and list, 0 for none. Default: ${DEFAULT-VALUE}")
    private int smallObjects;
    @Option(names = "--loads", split = ",", defaultValue = "0.5,0.8", paramLabel = "fraction",
            description = "Arrival rates for latencies, as parts of what the contender did at most in the same round. "
                    + "Default: ${DEFAULT-VALUE}")
    private List<Double> loads;
    @Option(names = "--arrivals", split = ",", paramLabel = "per-second",
            description = "Arrival rates for latencies as they are, for every contender, instead of --loads")
    private List<Double> arrivals = List.of();
    @Option(names = "--idle-connections", defaultValue = "10000",
            description = "Connections held without a request. Default: ${DEFAULT-VALUE}")
    private int idleConnections;
    @Option(names = "--expiry-chunks", defaultValue = "100000",
            description = "Chunks whose lease runs out at once; takes 15 GiB of disk for 100000. Default: ${DEFAULT-VALUE}")
    private int expiryChunks;
    @Option(names = "--many", defaultValue = "1000000", paramLabel = "chunks",
            description = "Small chunks in one node, beside a tenth of them in another. Default: ${DEFAULT-VALUE}")
    private int many;
    @Option(names = "--network-chunks", defaultValue = "4096", paramLabel = "chunks",
            description = "Chunks in the network of five nodes, three copies of each. Default: ${DEFAULT-VALUE}")
    private int networkChunks;
    @Option(names = "--network-file-mib", defaultValue = "1024",
            description = "Size of the file to get from it, 0 for none. Default: ${DEFAULT-VALUE}")
    private int networkFileMebibytes;
    @Option(names = "--foreign", paramLabel = "URL", description = "Another server to measure, on loopback; it is left "
            + "running, with what was stored there")
    private URI foreign;
    @Option(names = "--foreign-kind", defaultValue = "plain", paramLabel = "KIND",
            description = "plain: PUT and GET URL/{name}; sos: POST and GET URL/blob/{SHA-1}. Default: ${DEFAULT-VALUE}")
    private FileKind foreignKind;
    @Option(names = "--foreign-pid", defaultValue = "0", paramLabel = "PID",
            description = "Its first process, so that its processor time can be told")
    private long foreignPid;
    @Option(names = "--node", paramLabel = "OPTION", description = "An option for every node, as --node=--store-writers=2")
    private List<String> nodeOptions = List.of();
    @Option(names = "--only", defaultValue = "", paramLabel = "REGEX", description = "Measures what has this in its name, "
            + "as --list shows it, and what that is compared with")
    private Pattern only;
    @Option(names = "--profile", paramLabel = "FOLDER", description = "After the rounds of rates, a turn more of each contender "
            + "under async-profiler and pg_stat_statements: flame graphs and statements are written into this folder")
    private Path profile;
    @Option(names = "--list", description = "Prints the names of all that can be measured here, and measures nothing")
    private boolean list;
    @Option(names = "--write", paramLabel = "FILE", description = "Puts the report between the lines '<!-- bench -->' and "
            + "'<!-- /bench -->' of this file as well")
    private Path write;

    Duration turn() {
        return Duration.ofSeconds(seconds);
    }

    int rounds() {
        return rounds;
    }

    Duration warmUp() {
        return Duration.ofSeconds(warmUp);
    }

    int clients() {
        return clients;
    }

    int chunks() {
        return chunks;
    }

    int fileMebibytes() {
        return fileMebibytes;
    }

    int smallObjects() {
        return smallObjects;
    }

    int objectMebibytes() {
        return objectMebibytes;
    }

    List<Double> loads() {
        return loads;
    }

    List<Double> arrivals() {
        return arrivals;
    }

    int idleConnections() {
        return idleConnections;
    }

    int expiryChunks() {
        return expiryChunks;
    }

    int many() {
        return many;
    }

    int networkChunks() {
        return networkChunks;
    }

    int networkFileMebibytes() {
        return networkFileMebibytes;
    }

    /** Null where none was named. */
    URI foreign() {
        return foreign;
    }

    FileKind foreignKind() {
        return foreignKind;
    }

    long foreignPid() {
        return foreignPid;
    }

    List<String> nodeOptions() {
        return nodeOptions;
    }

    boolean wants(String name) {
        return only.matcher(name).find();
    }

    /** Null where nothing is profiled. */
    Path profile() {
        return profile;
    }

    boolean isList() {
        return list;
    }

    /** Null where the report goes to standard output alone. */
    Path write() {
        return write;
    }
}
