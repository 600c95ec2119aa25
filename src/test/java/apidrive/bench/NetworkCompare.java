package apidrive.bench;

import static apidrive.bench.Markdown.atMost;
import static apidrive.bench.Markdown.format;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.zaxxer.hikari.HikariDataSource;

import apidrive.access.AdminTokens;
import apidrive.sql.Database;

/** What it costs two nodes to find that they keep the same million chunks, and which of them one lacks. */
final class NetworkCompare implements Section {
    private static final String NAME = "bench_compare";
    private static final int DIFFERING = 1_000;
    private static final int CHUNK_BYTES = 16;
    private static final double EQUAL_KB = 200;
    private static final double EQUAL_SECONDS = 2;
    private static final double DIFFERING_KB = 1_000;
    private static final Duration SETTLING = Duration.ofSeconds(70);  // longer than what is too fresh to be compared
    private static final byte[] METRICS = HttpConnection.get("/metrics");
    private static final Pattern BYTES = Pattern.compile(
            "apidrive_peer_bytes_total\\{[^}]*route=\"(?:summaries|list|held|fetch|bury)\"[^}]*} (\\S+)");
    private static final Pattern AT = Pattern.compile("\"At\" *: *\"([^\"]*)\"");
    private static final String NOBODY_OWES = "DELETE FROM apidrive.heal";
    private static final String KEPT = "SELECT count(*) FROM apidrive.chunk";

    private final Stage stage;
    private final Plan plan;

    NetworkCompare(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("network: comparing two nodes of a great many chunks, equal, and with 1,000 that one lacks");
    }

    @Override
    public String measure() throws Exception {
        NodeNetwork both = new NodeNetwork(stage, NAME, 2, 1);
        int count = plan.many();
        for (int number = 0; number < both.size(); number++) {
            fill(both, number, 0, count);  // each while the other does not run
        }
        both.start();
        Thread.sleep(SETTLING.toMillis());
        stage.databases().execute(both.database(0), "VACUUM ANALYZE apidrive.chunk");
        stage.databases().execute(both.database(1), "VACUUM ANALYZE apidrive.chunk");
        ask(both.host(0));
        double before = bytes(both.host(0));
        double seconds = ask(both.host(0));
        double equal = bytes(both.host(0)) - before;
        both.stop(0);
        both.stop(1);
        fill(both, 0, count, DIFFERING);
        stage.databases().execute(both.database(0), NOBODY_OWES);  // so that only the comparison can tell
        Thread.sleep(SETTLING.toMillis());
        both.start();
        NodeNetwork.await("the second node has what it lacked",
                () -> stage.databases().number(both.database(1), KEPT) == count + DIFFERING);
        double differing = bytes(both.host(1)) - DIFFERING * CHUNK_BYTES;
        Markdown table = new Markdown("what", "KB", "s", "target");
        table.row("comparing two nodes of " + count + " equal chunks", format("%.0f", equal / 1e3), format("%.2f", seconds),
                atMost(EQUAL_KB, equal / 1e3, "%.0f") + ", " + atMost(EQUAL_SECONDS, seconds, "%.0f"));
        table.row("finding and fetching " + DIFFERING + " more that one lacks, without their bytes",
                format("%.0f", differing / 1e3), "", atMost(DIFFERING_KB, differing / 1e3, "%.0f"));
        return "### Comparing two nodes\n\n" + table;
    }

    private void fill(NodeNetwork both, int number, int from, int count) throws Exception {
        new SmallChunks(both.host(number), plan.clients(), from + count).fill(from);
        both.stop(number);
    }

    /** Presses the button, and returns how many seconds it took until the comparison with the other node was over. */
    private double ask(NodeHost node) throws Exception {
        String token = token(node);
        try (HttpConnection connection = node.connect()) {
            String last = at(connection, token);
            return Seconds.of(() -> {
                connection.exchange(call("POST", "sync", token));
                NodeNetwork.await("they are compared", () -> !at(connection, token).equals(last));
            });
        }
    }

    private static String at(HttpConnection connection, String token) throws Exception {
        connection.exchange(call("GET", "repair", token));
        Matcher at = AT.matcher(new String(connection.body(), StandardCharsets.UTF_8));
        return at.find() ? at.group(1) : "";
    }

    private static byte[] call(String method, String what, String token) {
        return (method + " /api/admin/network/" + what + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private String token(NodeHost node) throws Exception {
        String database = node.label().replace(' ', '_');
        try (HikariDataSource source = stage.databases().pool(database, 1)) {
            Database connections = new Database(source);
            return connections.inTransaction(connection -> new AdminTokens(connections).make(connection, "bench", Instant.now()));
        }
    }

    /** Bodies of calls between nodes that have to do with comparing, there and back. */
    private static double bytes(NodeHost node) throws Exception {
        try (HttpConnection connection = node.connect()) {
            connection.exchange(METRICS);
            return BYTES.matcher(new String(connection.body(), StandardCharsets.UTF_8)).results()
                    .mapToDouble(line -> Double.parseDouble(line.group(1))).sum();
        }
    }
}
