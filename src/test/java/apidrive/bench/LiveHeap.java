package apidrive.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node cannot let go of: its heap after a full collection, as its own metrics tell it. */
final class LiveHeap {
    private static final byte[] METRICS = HttpConnection.get("/metrics");
    private static final Pattern USED = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\",[^}]*} (\\S+)$");

    private LiveHeap() {
    }

    static double bytes(Server node) throws Exception {
        Process collection = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(node.pid()), "GC.run").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (collection.waitFor() != 0) {
            throw new IOException("jcmd could not ask process " + node.pid() + " for a collection");
        }
        try (HttpConnection connection = new HttpConnection(node.port())) {
            connection.exchange(METRICS);
            Matcher pools = USED.matcher(new String(connection.body(), StandardCharsets.UTF_8));
            double sum = 0;
            while (pools.find()) {
                sum += Double.parseDouble(pools.group(1));
            }
            if (sum == 0) {
                throw new IOException("the node's metrics tell no heap");
            }
            return sum;
        }
    }
}
