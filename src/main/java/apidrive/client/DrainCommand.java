package apidrive.client;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code drain}: has a server hand over what it has. */
@Command(name = "drain", description = "Has a server hand over what it has, so that it can be switched off; the same as state "
        + StateCommand.DRAINING + ".", mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminOptions admin;

    @Override
    public Integer call() throws InterruptedException {
        StateCommand.tell(admin, StateCommand.DRAINING, spec);
        return ExitCode.DONE;
    }
}
