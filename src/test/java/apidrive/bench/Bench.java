package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs what was asked for and prints its tables; see {@code ops/bench/run --help}. */
@Command(name = "ops/bench/run", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Measures a node beside bare JDBC on one PostgreSQL, beside nginx and servers of files, and prints tables in Markdown.",
        "Starts what it needs on loopback, keeps its data in a temporary folder, and removes all of it at the end.",
        "Every figure can be had alone: --list names them all, --only picks. What is not installed is told and left out."})
public final class Bench implements Callable<Integer> {
    @Mixin
    private Plan plan;

    private String command;

    public static void main(String[] arguments) {
        Bench bench = new Bench();
        bench.command = "ops/bench/run" + String.join("", Arrays.stream(arguments).map(Bench::quoted).toList());
        System.exit(new CommandLine(bench).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Stage stage = new Stage(plan);
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close));
        List<List<Section>> acts;
        try {
            acts = acts(stage);
            write("");
        } catch (IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (plan.isList()) {
            acts.forEach(act -> act.forEach(section -> section.names().forEach(System.out::println)));
            return CommandLine.ExitCode.OK;
        }
        if (acts.stream().flatMap(List::stream).noneMatch(this::isWanted)) {
            System.err.println("--only finds nothing; --list tells all names");
            return CommandLine.ExitCode.USAGE;
        }
        StringBuilder report = new StringBuilder(Machine.heading(command));
        System.out.println(report);
        for (List<Section> act : acts) {
            for (Section section : act.stream().filter(this::isWanted).toList()) {
                String part = section.measure();
                System.out.println(part);
                report.append('\n').append(part);
            }
            stage.endAct();
        }
        write(report.toString());
        return CommandLine.ExitCode.OK;
    }

    private boolean isWanted(Section section) {
        return section.names().stream().anyMatch(plan::wants);
    }

    /** Into the document named, which is left as it is by an empty report; throws when it has no place for one. */
    private void write(String report) throws IOException {
        if (plan.write() == null) {
            return;
        }
        if (!Files.isWritable(plan.write())) {
            throw new IOException(plan.write() + " cannot be written");
        }
        String written = Report.put(Files.readString(plan.write()), report);
        if (!report.isEmpty()) {
            Files.writeString(plan.write(), written);
        }
    }

    private static String quoted(String argument) {
        return " " + (argument.matches("[\\w./:=,@+-]+") ? argument : "'" + argument + "'");
    }

    /** The sections of an act share their servers. */
    private List<List<Section>> acts(Stage stage) throws Exception {
        Hosts hosts = new Hosts(stage, plan);
        Catalogue catalogue = new Catalogue(stage, plan, hosts);
        return List.of(
                List.of(new Rates(stage, plan, catalogue), new Latencies(stage, plan, catalogue), new Sizes(stage, hosts)),
                List.of(new ObjectCosts(stage, plan)),
                List.of(new SmallObjects(stage, plan)),
                List.of(new Idle(stage, plan)),
                List.of(new Expiry(stage, plan)),
                List.of(new FullDisk(stage, plan)),
                List.of(new Many(stage, plan)),
                List.of(new SurveyCost(stage, plan)),
                List.of(new NetworkStores(stage, plan)),
                List.of(new NetworkRetrievals(stage, plan)),
                List.of(new NetworkHeal(stage, plan)),
                List.of(new NetworkCompare(stage, plan)));
    }
}
