package apidrive.bench;

import static apidrive.bench.Markdown.atLeast;
import static apidrive.bench.Markdown.atMost;
import static apidrive.bench.Markdown.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A great many small objects, each under a name: created beside a server of files, and listed. And a large one deleted. */
final class SmallObjects implements Section {
    private static final String NAME = "bench_small_objects";
    private static final String TYPE = "application/octet-stream";
    private static final String NAMES = "/api/drive/name/bench";
    private static final String ONLY = "&only=names";
    private static final int BYTES = 1024;
    private static final double MOST_LISTING_S = 1;
    private static final double MOST_FREEING_S = 2;
    private static final long LOOK_MILLIS = 20;
    private static final int LOOKS = 30_000;  // ten minutes of them
    private static final Pattern NEXT = Pattern.compile("\"Next\" *: *\"([^\"]+)\"");
    private static final Pattern LISTED = Pattern.compile("\"Name\" *:");
    private static final List<String> TABLES = List.of("chunk", "chunk_data", "lease", "name", "name_content", "object");
    private static final String OBJECTS = "SELECT count(*) FROM apidrive.object";
    private static final String USED = "SELECT sum(used) FROM apidrive.slot_shard";

    private final Stage stage;
    private final Plan plan;

    SmallObjects(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return plan.smallObjects() == 0 ? List.of() : List.of("objects: many small ones created and listed, a large one deleted");
    }

    @Override
    public String measure() throws Exception {
        Path folder = stage.folder().resolve("small-objects");
        int count = plan.smallObjects();
        try (NodeProcess node = new NodeProcess(folder.resolve("node"), stage.databases().with(NAME), NAME, stage.options());
             FileServerProcess servlet = new FileServerProcess(folder.resolve("servlet"));
             FileServerProcess flushed = new FileServerProcess(folder.resolve("flushed"), FileServer.FLUSHED)) {
            List<Files> others = others(servlet, flushed);
            for (Files files : others) {
                WarmUp.run(files.numbered(plan.clients(), -1), plan.warmUp(), stage.databases().pid());
            }
            WarmUp.run(new Numbered("the node", node, plan.clients(), number -> named("warm-up/" + number, -1 - number)), plan.warmUp(),
                    stage.databases().pid());
            stage.databases().checkpoint();
            List<Double> written = new ArrayList<>();
            for (Files files : others) {
                written.add(count / Seconds.of(() -> files.numbered(plan.clients(), 1).makeAll(count)));
            }
            stage.databases().checkpoint();
            double created = count / Seconds.of(() -> new Numbered("names", node, plan.clients(),
                    number -> named("%08d".formatted(number), 1 + number)).makeAll(count));
            list(node, count, ONLY);
            double listing = Seconds.of(() -> list(node, count, ONLY));
            list(node, count, "");
            double telling = Seconds.of(() -> list(node, count, ""));
            double copied = copied();
            double freeing = free(node);
            Markdown table = new Markdown("what", "value", "target")
                    .row("created at the node, each under a name, a second", format("%.0f", created), "");
            for (int other = 0; other < others.size(); other++) {
                table.row("created at " + others.get(other).name() + ", a second", format("%.0f", written.get(other)), "");
                table.row("the node, of that", format("%.2f", created / written.get(other)), atLeast(1, created / written.get(other), "%.2f"));
            }
            return "### " + count + " objects of " + BYTES + " bytes\n\n" + table
                    .row("their rows inserted by PostgreSQL alone, many at a time, objects a second", format("%.0f", copied), "")
                    .row("all names listed, s", format("%.2f", listing), atMost(MOST_LISTING_S, listing, "%.0f"))
                    .row("the same with all that is known of each, s", format("%.2f", telling), "")
                    .row("slots of an object of " + plan.objectMebibytes() + " MiB free after its deletion, s", format("%.2f", freeing),
                            atMost(MOST_FREEING_S, freeing, "%.0f"));
        } finally {
            stage.databases().drop(NAME);
        }
    }

    private List<Files> others(Server servlet, Server flushed) throws IOException {
        List<Files> others = new ArrayList<>();
        others.add(new Files("a server of files that flushes nothing", servlet, ""));
        others.add(new Files("a server of files that flushes each, as the node does", flushed, ""));
        if (plan.foreign() != null && plan.foreignKind() == FileKind.SOS) {
            ForeignServer foreign = ForeignServer.at(plan.foreign(), plan.foreignPid());
            others.add(new Files(plan.foreign().getAuthority(), foreign, foreign.path()));
        }
        return others;
    }

    /** A server of files, as SOS is one; {@code path} stands before its names. */
    private record Files(String name, Server server, String path) {
        /** Objects whose numbers go up from {@code sign}, or down. */
        Numbered numbered(int clients, int sign) {
            return new Numbered(name, server, clients, number -> blob(path, sign * (1 + number)));
        }
    }

    private static byte[] named(String name, int number) {
        return HttpConnection.request("PUT", NAMES + "/" + name, TYPE, bytes(number));
    }

    private static byte[] blob(String path, int number) {
        byte[] bytes = bytes(number);
        String name = new String(FileKind.SOS.name(bytes, 0, bytes.length), StandardCharsets.US_ASCII);
        return HttpConnection.request(FileKind.SOS.method, path + FileKind.SOS.lead + name, TYPE, bytes);
    }

    /** Of each number others. */
    private static byte[] bytes(int number) {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(number).nextBytes(bytes);
        return bytes;
    }

    /** Objects a second whose rows PostgreSQL alone takes once more, into empty tables with the same indexes: a statement for each table. */
    private double copied() throws Exception {
        for (String table : TABLES) {
            stage.databases().execute(NAME, "CREATE TABLE bench_" + table + " (LIKE apidrive." + table + " INCLUDING ALL)");
        }
        stage.databases().checkpoint();
        double seconds = Seconds.of(() -> {
            for (String table : TABLES) {
                stage.databases().execute(NAME, "INSERT INTO bench_" + table + " SELECT * FROM apidrive." + table);
            }
        });
        for (String table : TABLES) {
            stage.databases().execute(NAME, "DROP TABLE bench_" + table);
        }
        return stage.databases().number(NAME, OBJECTS) / seconds;
    }

    /** Page after page; throws when not all that were created are there. */
    private static void list(Server node, int count, String only) throws IOException {
        int listed = 0;
        String after = "";
        try (HttpConnection connection = new HttpConnection(node.port())) {
            while (after != null) {
                connection.exchange(HttpConnection.get(NAMES + "?limit=1000&prefix=0" + only + (after.isEmpty() ? "" : "&after=" + after)));
                String page = new String(connection.body(), StandardCharsets.UTF_8);
                listed += (int) LISTED.matcher(page).results().count();
                Matcher next = NEXT.matcher(page);
                after = next.find() ? next.group(1) : null;
            }
        }
        if (listed != count) {
            throw new IllegalStateException(listed + " of " + count + " names were listed");
        }
    }

    /** Seconds until what a new large object took is free again, from when its deletion was asked for. */
    private double free(NodeProcess node) throws Exception {
        long before = stage.databases().number(NAME, USED);
        String path = ObjectTransfer.store(node.port(), plan.objectMebibytes());
        stage.databases().checkpoint();
        return Seconds.of(() -> {
            try (HttpConnection connection = new HttpConnection(node.port())) {
                connection.exchange(("DELETE " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            for (int look = 0; stage.databases().number(NAME, USED) > before; look++) {
                if (look == LOOKS) {
                    throw new IllegalStateException("the slots of a deleted object are not free");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        });
    }
}
