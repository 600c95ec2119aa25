package apidrive.bench;

import static apidrive.bench.Markdown.atLeast;
import static apidrive.bench.Markdown.atMost;
import static apidrive.bench.Markdown.format;
import static apidrive.bench.Markdown.spread;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A great many chunks in a node, beside a tenth of them in another: what grows with them, and what must not. */
final class Many implements Section {
    private static final int TIMES = 10;
    private static final int LOOKS = 3;  // of what takes seconds
    private static final int PAGE = 10_000;  // rows of a listing that are in memory at once
    private static final double SAME_RATE = 1 / 1.15;  // an operation may cost 15 % more
    private static final double SAME_HEAP = 1.15;
    private static final byte[] SLOTS = HttpConnection.get("/api/drive/slots");
    private static final String IDS = "SELECT id FROM apidrive.chunk ORDER BY id";
    private static final String CALENDAR = """
            SELECT ends_at, count(*) FROM apidrive.chunk JOIN apidrive.chunk_epoch USING (epoch) GROUP BY ends_at
             ORDER BY ends_at""";

    private final Stage stage;
    private final Plan plan;

    Many(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
    }

    @Override
    public List<String> names() {
        return List.of("many: listing, slots, calendar, start, backup, heap and the cost of an operation at ten times the rows");
    }

    @Override
    public String measure() throws Exception {
        List<Subject> both = List.of(new Subject(stage, "bench_few", plan.clients(), plan.many() / TIMES),
                new Subject(stage, "bench_many", plan.clients(), plan.many()));
        for (Subject subject : both) {
            subject.server.get();
            subject.fillSeconds = Seconds.of(subject.chunks::fill);
            System.err.printf("%d chunks filled in within %.0f s%n", subject.count, subject.fillSeconds);
            stage.databases().execute(subject.database, "VACUUM ANALYZE apidrive.chunk");
        }
        runRounds(both);
        Markdown table = new Markdown("what", both.get(0).count + " chunks", both.get(1).count + " chunks", "target");
        tell(table, "filled in through one connection, chunks/s", both, subject -> format("%.0f", subject.count / subject.fillSeconds));
        tell(table, "retrievals/s", both, subject -> spread(subject.retrieve.rates(), "%.0f"));
        tell(table, "stores/s", both, subject -> spread(subject.store.rates(), "%.0f"));
        compare(table, "retrieval", both.get(1).retrieve, both.get(0).retrieve);
        compare(table, "store", both.get(1).store, both.get(0).store);
        double few = LiveHeap.bytes(both.get(0).server.get()) / 1e6;
        double many = LiveHeap.bytes(both.get(1).server.get()) / 1e6;
        table.row("live heap, MB", format("%.1f", few), format("%.1f", many), atMost(SAME_HEAP * few, many, "%.1f"));
        tell(table, "slots, by the API, ms", both, subject -> format("%.1f", 1e3 * fastest(() -> ask(subject))));
        tell(table, "all ids, by SQL in pages of " + PAGE + ", s", both,
                subject -> format("%.2f", fastest(() -> read(subject, IDS))));
        tell(table, "chunks by the day they expire, by SQL, s", both,
                subject -> format("%.2f", fastest(() -> read(subject, CALENDAR))));
        for (Subject subject : both) {
            subject.server.get().close();
        }
        tell(table, "start to first answer, s", both, subject -> spread(starts(subject), "%.1f"));
        tell(table, "backup by pg_dump: s, MB, most resident MB", both, subject -> new Backup(stage).measure(subject.database));
        return "### Many chunks\n\n" + table;
    }

    private interface Figure {
        String of(Subject subject) throws Exception;
    }

    private static void tell(Markdown table, String what, List<Subject> both, Figure figure) throws Exception {
        table.row(what, figure.of(both.get(0)), figure.of(both.get(1)), "");
    }

    private static void compare(Markdown table, String what, Entry many, Entry few) {
        List<Double> ratios = Statistics.ratios(many.rates(), few.rates());
        table.row("rate of a " + what + " at ten times the rows", "", spread(ratios, "%.2f"),
                atLeast(SAME_RATE, Statistics.median(ratios), "%.2f"));
    }

    private void runRounds(List<Subject> both) throws Exception {
        for (int round = 0; round <= plan.rounds(); round++) {
            for (Entry entry : both.stream().flatMap(subject -> Stream.of(subject.retrieve, subject.store)).toList()) {
                stage.databases().checkpoint();
                entry.run(round, plan, stage.databases().pid());
            }
        }
    }

    private static void ask(Subject subject) throws Exception {
        try (HttpConnection connection = new HttpConnection(subject.server.get().port())) {
            connection.exchange(SLOTS);
        }
    }

    private void read(Subject subject, String query) throws Exception {
        try (Connection connection = stage.databases().superuser(subject.database);
             Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(PAGE);
            try (ResultSet rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    rows.getString(1);
                }
            }
        }
    }

    private List<Double> starts(Subject subject) throws Exception {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < LOOKS; i++) {
            Path folder = Files.createDirectories(stage.folder().resolve(subject.database + "-start-" + i));
            try (NodeProcess node = new NodeProcess(folder, stage.databases(), subject.database, stage.options())) {
                seconds.add(node.startTime().toMillis() / 1e3);
            }
        }
        return seconds;
    }

    private static double fastest(Background.Work work) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            best = Math.min(best, Seconds.of(work));
        }
        return best;
    }
}
