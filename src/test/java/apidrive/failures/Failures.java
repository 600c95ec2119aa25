package apidrive.failures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The long form: everything that can fail, over and over, for as long as one likes. */
@Command(name = "ops/failures/try", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Starts a network of nodes, each a process with a PostgreSQL of its own, and lets it fail in every way known here while "
                + "clients store and retrieve. Fails when an acknowledged chunk is lost or lacks a copy at the end, or a wrong "
                + "byte was ever returned."})
public final class Failures implements Callable<Integer> {
    private static final Duration HOLD = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(40);

    @Option(names = "--minutes", defaultValue = "10", description = "How long new failures are begun. Default: ${DEFAULT-VALUE}")
    private int minutes;
    @Option(names = "--seed", description = "Decides order and victims, and whether the nodes share a key (even) or not. "
            + "Default: the time")
    private long seed = System.nanoTime();
    @Option(names = "--nodes", defaultValue = "5", description = "3 to 9. Default: ${DEFAULT-VALUE}")
    private int nodes;
    @Option(names = "--war", defaultValue = "target/apidrive.war", description = "The build. Default: ${DEFAULT-VALUE}")
    private Path war;
    @Option(names = "--previous", paramLabel = "WAR", description = "An earlier build: the network begins with it, and is moved "
            + "to this one, node by node, at work. Default: none, and the rolling restart is with the same build")
    private Path previous;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Failures()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (nodes < Cluster.COPIES || nodes > 9) {
            System.err.println("--nodes is 3 to 9");
            return CommandLine.ExitCode.USAGE;
        }
        System.out.println("--seed " + seed + " --nodes " + nodes + " --minutes " + minutes);
        Path folder = Files.createTempDirectory("apidrive-failures");
        Build build = Build.of(war.toAbsolutePath(), folder);
        boolean isUpgrade = previous != null;
        Build first = isUpgrade ? Build.of(previous.toAbsolutePath(), folder) : build;
        if (!isUpgrade) {
            System.out.println("no previous build was named (--previous): the rolling restart is with the same build");
        } else if (!build.isSchemaOf(first)) {
            System.out.println("the previous build refuses databases that this one has migrated: no node goes back to it");
        }
        try (Cluster cluster = new Cluster(folder, nodes, seed % 2 == 0, first)) {
            cluster.start();
            try (Ordeal ordeal = new Ordeal(cluster, seed, HOLD, PAUSE, System.out)) {
                ordeal.begin();
                if (isUpgrade) {
                    ordeal.strike(RollingRestart.to(build));
                }
                while (ordeal.age().toMinutes() < minutes) {
                    ordeal.strike(all(build, first), Duration.ofMinutes(minutes));
                }
                return ordeal.judge().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
            }
        }
    }

    private static List<Nemesis> all(Build build, Build first) throws IOException {
        List<Nemesis> all = new ArrayList<>(List.of(new NodeKilled(), new PostgresKilled(), new DiskLost(), new NodePaused(), new NetworkCut(),
                PeerMisbehaves.wrongly(), PeerMisbehaves.withoutEnd(), PeerMisbehaves.never(), PeerMisbehaves.slowly(),
                PeerMisbehaves.byClosing(), new NodeFull(), RollingRestart.of(build)));
        if (first != build && build.isSchemaOf(first)) {
            all.add(RollingRestart.backTo(first, build));
        }
        return all;
    }
}
