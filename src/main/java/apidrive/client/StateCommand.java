package apidrive.client;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code state}: tells a server what it is to be in its network. */
@Command(name = "state", description = "Tells a server what it is to be in its network; kept over restarts.",
        mixinStandardHelpOptions = true)
final class StateCommand implements Callable<Integer> {
    static final String DRAINING = "draining";
    private static final List<String> STATES = List.of("active", "read-only", DRAINING, "left");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** What may be asked for. */
    static final class States implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return STATES.iterator();
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "STATE", completionCandidates = States.class, description = "active: stores and serves. read-only: "
            + "takes nothing new. draining: hands over what it has. left: is no longer part of the network.")
    private String state;

    @Mixin
    private AdminOptions admin;

    @Override
    public Integer call() throws InterruptedException {
        if (!STATES.contains(state)) {
            throw new CommandFailure(ExitCode.USAGE, "a state is one of " + String.join(", ", STATES));
        }
        tell(admin, state, spec);
        return ExitCode.DONE;
    }

    static void tell(AdminOptions admin, String state, CommandSpec spec) throws InterruptedException {
        Document answer = admin.tell("PUT", "state", new Document().with("State", state), LIMIT);
        spec.commandLine().getOut().println(Table.value(answer, "State"));
        spec.commandLine().getOut().flush();
    }
}
