package apidrive.launch;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a demo says to people. */
final class DemoWords {
    private static final String ROW = "%-5s %-8s %-8s %-24s %s%n";
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/:=+-]+");
    private static final int SIGNALLED = 128;  // an exit code above tells by which signal

    private DemoWords() {
    }

    /** Where everything is, and what to try. */
    static void greet(PrintWriter out, DemoPlan plan, List<DemoNode> nodes) {
        List<String> links = nodes.stream().map(DemoNode::adminLink).toList();
        out.println();
        out.printf(ROW, "NODE", "PID", "ZONE", "PAGE", "ADMINISTRATION (opens once, within 24 hours)");
        for (int i = 0; i < links.size(); i++) {
            DemoNode node = nodes.get(i);
            out.printf(ROW, node.number(), node.pid(), node.zone(), node.url() + "/", links.get(i));
        }
        DemoNode last = nodes.get(nodes.size() - 1);
        String program = "java -jar " + quoted(plan.war().toString());
        out.printf("%nTry this in another terminal:%n  %s put FILE --server %s%n", program, nodes.get(0).url());
        if (nodes.size() > 1) {
            out.printf("  kill -9 %d%n", last.pid());
        }
        out.printf("  %s get FILE.apidrive --out back%n", program);
        if (nodes.size() > 1) {
            out.printf("%nThe admin page of a node that is left shows how lost copies are made again, from %s after the kill on.%n",
                    plan.healDelay());
        }
        out.println("Ctrl-C stops everything; the same command goes on from there.");
        out.flush();
    }

    static void ended(PrintWriter out, DemoNode node, int exitCode, boolean isRestarted) {
        out.printf("%s node %d ended (exit code %d%s); its log is %s%n", now(), node.number(), exitCode,
                exitCode > SIGNALLED ? ", signal " + (exitCode - SIGNALLED) : "", node.log());
        if (!isRestarted) {
            out.println("         To start it again, in another terminal: "
                    + node.command().stream().map(DemoWords::quoted).collect(Collectors.joining(" ")));
        }
        out.flush();
    }

    static void restarted(PrintWriter out, DemoNode node) {
        out.printf("%s node %d was started again, pid %d%n", now(), node.number(), node.pid());
        out.flush();
    }

    private static String now() {
        return CLOCK.format(LocalTime.now());
    }

    /** As a POSIX shell reads it. */
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
