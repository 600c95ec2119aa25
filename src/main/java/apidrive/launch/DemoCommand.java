package apidrive.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;

import apidrive.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code demo}: a network of several nodes on this machine, until the process ends. */
@Command(name = "demo", description = {"Starts a network of several nodes on this machine and stops them when it ends "
        + "(Ctrl-C, SIGTERM).", "Each is a process of its own, on an address and a port of its own, with a database of its own on one "
        + "embedded PostgreSQL. Started again on the same folder it goes on with what is there."},
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_NODES = 20;
    private static final int LAST_PORT = 65_535;
    /** The table and what happens to the nodes are printed, nothing else. Held, so that the level stays. */
    private static final List<Logger> TALKERS = List.of(Logger.getLogger("apidrive"), Logger.getLogger("com.zaxxer.hikari"));

    private final Path war;

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "5", description = "How many, 1 to 20. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080", description = "The first node's; the others "
            + "take those that follow. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--zones", paramLabel = "N", defaultValue = "3", description = "Zones that the nodes stand in, in turn. "
            + "Default: ${DEFAULT-VALUE}.")
    private int zones;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Where everything is kept. Default: ~/.apidrive/demo.")
    private Path data;

    @Option(names = "--heal-delay", paramLabel = "DURATION", defaultValue = "PT30S", description = "How long a node may be "
            + "dead before its chunks are copied elsewhere; short here, so that one can watch it. Default: ${DEFAULT-VALUE}.")
    private Duration healDelay;

    @Option(names = "--slots", paramLabel = "N", defaultValue = "16384", description = "Room of each node, in chunks of at "
            + "most 64 KiB; the disk must have what is used of it. Default: ${DEFAULT-VALUE}, 1 GiB.")
    private long slots;

    @Option(names = "--restart", description = "Start a node again that ended by itself.")
    private boolean restart;

    DemoCommand(Path war) {
        this.war = war;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        require(nodes >= 1 && nodes <= MOST_NODES, "--nodes is 1 to " + MOST_NODES);
        require(zones >= 1, "--zones is at least 1");
        require(port >= 1 && port <= LAST_PORT - nodes + 1, "--port is 1 to " + (LAST_PORT - nodes + 1));
        TALKERS.forEach(talker -> talker.setLevel(Level.SEVERE));
        PrintWriter out = spec.commandLine().getOut();
        Path folder = data != null ? data.toAbsolutePath().normalize()
                : Path.of(System.getProperty("user.home"), ".apidrive", "demo");
        DemoPlan plan = new DemoPlan(war, folder, nodes, port, zones, slots, healDelay);
        plan.requireFreePorts();
        out.println("Starting " + nodes + (nodes == 1 ? " node" : " nodes") + ", data and logs in " + folder + " ...");
        out.flush();
        try (Demo demo = Demo.start(plan)) {
            DemoWords.greet(out, plan, demo.nodes());
            IdleMemory.giveBack();
            demo.watch(restart, out);
            return CommandLine.ExitCode.OK;
        } catch (ConfigException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
    }

    private void require(boolean holds, String rule) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), rule);
        }
    }
}
