package apidrive.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sync}: has a server compare its chunks with every other's. */
@Command(name = "sync", description = "Has a server compare its chunks with every other's now, and fetch what it lacks.",
        mixinStandardHelpOptions = true)
final class SyncCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Document NOTHING = new Document();

    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminOptions admin;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "Wait so long for the comparison with every server that "
            + "answers and for the last copy; exit code 3 when that is not enough.")
    private Integer patience;

    @Override
    public Integer call() throws InterruptedException {
        List<String> before = comparisons(look());
        admin.tell("POST", "sync", NOTHING, LIMIT);
        Document seen = look();
        if (patience != null) {
            long until = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
            while (!isDone(seen, before) && System.nanoTime() < until) {
                Thread.sleep(LOOK.toMillis());
                seen = look();
            }
        }
        spec.commandLine().getOut().println(copies(seen) + " copies are to be made, " + Table.value(heal(seen), "Failing")
                + " of them failed when last tried");
        spec.commandLine().getOut().flush();
        return patience == null || isDone(seen, before) ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private Document look() throws InterruptedException {
        return admin.tell("GET", "repair", NOTHING, LIMIT);
    }

    private static boolean isDone(Document seen, List<String> before) {
        return copies(seen) == 0 && comparisons(seen).stream().noneMatch(before::contains);
    }

    /** Each server with the time of its last comparison: another text after the next. */
    private static List<String> comparisons(Document seen) {
        return seen.get("Sync", List.class).map(all -> ((List<?>) all).stream().map(Document.class::cast)
                .map(one -> Table.value(one, "Id") + " " + Table.value(one, "At")).toList()).orElse(List.of());
    }

    private static long copies(Document seen) {
        return heal(seen).number("Copies").orElse(0);
    }

    private static Document heal(Document seen) {
        return seen.get("Heal", Document.class).orElse(NOTHING);
    }
}
