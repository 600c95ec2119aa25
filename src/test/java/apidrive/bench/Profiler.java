package apidrive.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import com.sun.tools.attach.VirtualMachine;

import apidrive.sql.EmbeddedDatabase;

/**
 * Where the time of a contender goes: a flame graph of every Java that takes part in a turn, by async-profiler, and the statements
 * that its databases ran, by {@code pg_stat_statements}. Timers of the process are sampled ({@code itimer}), for the kernel's own
 * counters are seldom open to users.
 */
final class Profiler {
    private static final String LIBRARY = "linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64")
            + "/libasyncProfiler.so";
    private static final String START = "start,event=itimer,interval=1ms";
    private static final String STATEMENTS = """
            SELECT calls, total_plan_time / calls, total_exec_time / calls, rows::float8 / calls,
                   (shared_blks_hit + shared_blks_read)::float8 / calls, (wal_bytes / calls / 1024)::float8,
                   left(regexp_replace(query, '\\s+', ' ', 'g'), 160)
              FROM pg_stat_statements
             WHERE calls > 0 AND query !~ 'pg_stat_statements|^CHECKPOINT'
             ORDER BY total_plan_time + total_exec_time DESC
             LIMIT 12""";

    private final Path folder;
    private final Path library;
    private final Databases databases;

    /** {@code databases} count their statements. */
    Profiler(Path folder, Databases databases) throws Exception {
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        this.library = this.folder.resolve("libasyncProfiler.so");
        this.databases = databases;
        try (InputStream in = Profiler.class.getClassLoader().getResourceAsStream(LIBRARY)) {
            if (in == null) {
                throw new IOException("async-profiler has nothing for this machine: " + LIBRARY);
            }
            Files.write(library, in.readAllBytes());
        }
    }

    /**
     * Runs a turn, and writes {@code NAME.html}, its stacks with the number of samples of each as {@code NAME.collapsed},
     * {@code NAME-program.html} where it starts a program of its own, and the statements as {@code NAME.md}.
     */
    void run(Contender contender, Duration time) throws Exception {
        String name = contender.name().replaceAll("[^\\w.-]+", "-");
        List<Long> processes = contender.servers().stream().filter(Server::isJava).map(Server::pid).toList();
        databases.execute(EmbeddedDatabase.NAME, "SELECT pg_stat_statements_reset()");
        contender.withJava(List.of("-agentpath:" + library + "=" + START + ",file=" + folder.resolve(name + "-program.html")));
        for (long process : processes) {
            tell(process, START);
        }
        Turn turn = Turn.run(contender, time, databases.pid());
        contender.withJava(List.of());
        for (int i = 0; i < processes.size(); i++) {
            Path stacks = folder.resolve(name + (i == 0 ? "" : "-" + i));
            tell(processes.get(i), "dump,collapsed,file=" + stacks + ".collapsed");
            tell(processes.get(i), "stop,file=" + stacks + ".html");
        }
        Files.writeString(folder.resolve(name + ".md"), report(contender, turn));
        System.err.printf("profiled: %s: %.0f/s%n", contender.name(), turn.perSecond());
    }

    private String report(Contender contender, Turn turn) throws SQLException {
        Markdown table = new Markdown("calls a chunk", "ms to plan", "ms to run", "rows", "buffers", "WAL KiB", "statement");
        try (Connection connection = databases.superuser(EmbeddedDatabase.NAME); Statement statement = connection.createStatement();
             ResultSet row = statement.executeQuery(STATEMENTS)) {
            while (row.next()) {
                table.row(Markdown.format("%.3f", row.getDouble(1) / turn.chunks()), Markdown.format("%.3f", row.getDouble(2)),
                        Markdown.format("%.3f", row.getDouble(3)), Markdown.format("%.1f", row.getDouble(4)),
                        Markdown.format("%.1f", row.getDouble(5)), Markdown.format("%.1f", row.getDouble(6)),
                        "`" + row.getString(7).replace("|", "\\|") + "`");
            }
        }
        return Markdown.format("%s: %.0f chunks/s while it was sampled; ms, rows, buffers and WAL are those of a call%n%n%s",
                contender.name(), turn.perSecond(), table);
    }

    private void tell(long process, String command) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process));
        try {
            machine.loadAgentPath(library.toString(), command);
        } finally {
            machine.detach();
        }
    }
}
