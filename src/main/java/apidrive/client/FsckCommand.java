package apidrive.client;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import apidrive.wire.Document;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fsck}: has a server compare what it knows with what is kept. */
@Command(name = "fsck", description = {"Compares a server's names, and the trees of what they mean, with the network's chunks, and its "
        + "chunks, leases and counts with each other. Prints a line for each thing that is wrong.",
        "Exit code 0 when nothing is, or all was repaired; 3 when something is left, or could not be told since a server was silent."},
        mixinStandardHelpOptions = true)
final class FsckCommand implements Callable<Integer> {
    /** In this order: what names claim again is not taken for unclaimed after that. */
    private static final List<String> PARTS = List.of("names", "chunks", "leases", "holders", "slots", "usage");
    private static final Duration LIMIT = Duration.ofMinutes(10);  // of a page, all of which may be repaired

    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminOptions admin;

    @Option(names = "--repair", description = "Set right what can be; copies that are missing are noted, and made by the server's jobs.")
    private boolean repairs;

    @Option(names = {"-q", "--quiet"}, description = "No progress on stderr, only errors.")
    private boolean isQuiet;

    private final Map<String, Long> checked = new LinkedHashMap<>();
    private final Set<String> silent = new HashSet<>();
    private long found;
    private long repaired;
    private long unknown;
    private long ending;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Progress progress = new Progress(spec.commandLine().getErr(), isQuiet, Progress.isTerminal(), "fsck " + admin.server(),
                PARTS.size(), Progress.THINGS)) {
            for (String part : PARTS) {
                compare(part, out);
                progress.advance(1);
            }
        }
        out.println(summary());
        out.flush();
        return found == repaired && unknown == 0 && silent.isEmpty() ? ExitCode.DONE : ExitCode.INCOMPLETE;
    }

    private void compare(String part, PrintWriter out) throws InterruptedException {
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            Document page = admin.fsck(new Document().with("Part", part).with("After", after.get()).with("Repair", repairs), LIMIT);
            checked.merge(part, count(page, "Checked"), Long::sum);
            unknown += count(page, "Unknown");
            ending += count(page, "Ending");
            for (Object finding : list(page, "Findings")) {
                tell((Document) finding, out);
            }
            list(page, "Silent").forEach(server -> silent.add(Table.printable(server.toString())));
            Optional<String> next = page.text("Next");
            if (next.equals(after)) {
                throw new CommandFailure(ExitCode.FAILED, admin.server() + ": its answer leads nowhere");
            }
            after = next;
        }
    }

    private void tell(Document finding, PrintWriter out) {
        boolean isRepaired = finding.get("Repaired", Boolean.class).orElse(false);
        found++;
        repaired += isRepaired ? 1 : 0;
        out.println(Table.value(finding, "Kind") + " " + Table.value(finding, "Subject") + ": " + Table.value(finding, "Detail")
                + (isRepaired ? "; repaired" : ""));
        out.flush();
    }

    private String summary() {
        String counts = checked.entrySet().stream().map(part -> part.getKey() + " " + part.getValue()).collect(Collectors.joining(", "));
        return "checked: " + counts + "; found: " + found + ", repaired: " + repaired + (unknown == 0 ? "" : ", unknown: " + unknown)
                + (ending == 0 ? "" : "; " + ending + " claims are ending") + (silent.isEmpty() ? "" : "; silent: "
                + silent.stream().sorted().collect(Collectors.joining(", ")));
    }

    private static long count(Document page, String member) {
        return page.number(member).orElse(0);
    }

    private static List<?> list(Document page, String member) {
        return page.get(member, List.class).orElse(List.of());
    }
}
