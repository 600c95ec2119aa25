package apidrive.client;

import java.time.Duration;
import java.util.function.Consumer;

import picocli.CommandLine.Option;

/** Options of every command that moves chunks. */
final class TransferOptions {
    @Option(names = "--connections", paramLabel = "N", description = "Chunks under way at once, 1 to 1024; "
            + "by default 8 for each server, 16 to 512.")
    private int connections;

    @Option(names = "--patience", paramLabel = "DURATION", defaultValue = "PT5M",
            description = "How long to try for one chunk while servers are busy or away. Default: ${DEFAULT-VALUE}.")
    private Duration patience;

    @Option(names = {"-q", "--quiet"}, description = "Say nothing but errors.")
    private boolean quiet;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    private static final int FOR_EACH_SERVER = 8;
    private static final int LEAST = 16;
    private static final int MOST_BY_DEFAULT = 512;
    private static final int MOST = 1_024;

    int connections(int servers) {
        int wanted = connections != 0 ? connections
                : Math.max(LEAST, Math.min(MOST_BY_DEFAULT, servers * FOR_EACH_SERVER));
        if (wanted < 1 || wanted > MOST) {
            throw Failure.failed("--connections is " + wanted + ", not 1 to " + MOST);
        }
        return wanted;
    }

    Duration patience() {
        return patience;
    }

    boolean quiet() {
        return quiet;
    }

    boolean json() {
        return json;
    }

    /** Calls servers, telling the user what they ask for. */
    Network network(Consumer<String> notices) {
        return new Network(notices);
    }
}
