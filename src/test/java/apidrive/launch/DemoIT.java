package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo} as a newcomer meets it. */
class DemoIT {
    private static final Pattern ROW = Pattern.compile("(?m)^(\\d+) +(\\d+) +(zone-\\d+) +(http\\S+)/ +(http\\S+/admin/#\\S+)$");
    private static final String READY = "Ctrl-C stops everything";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final int FILE_BYTES = 3_000_000;

    /** A line of the table. */
    private record Row(int node, long pid, String zone, URI page, String link) {
    }

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    /** What a demo that failed to do so itself would leave on the machine. */
    @AfterEach
    void endWhatIsLeft() {
        processes().forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void a_file_comes_back_after_a_node_was_killed_and_nothing_is_left_running() throws Exception {
        Path file = randomFile();
        int port = freePorts(3);
        try (WarProcess demo = begin("first", 3, port)) {
            List<Row> rows = rows(demo.awaitOutput(READY));
            assertThat(rows).extracting(Row::zone).containsExactly("zone-1", "zone-2", "zone-3");
            assertThat(rows).extracting(Row::page).containsExactly(URI.create("http://127.0.0.1:" + port),
                    URI.create("http://127.0.0.2:" + (port + 1)), URI.create("http://127.0.0.3:" + (port + 2)));
            assertThat(rows).allSatisfy(row -> assertThat(signIn(row)).as("the link of node %s", row.node()).isEqualTo(200));
            assertThat(connects(1, 1)).isTrue();
            assertThat(connects(1, 2)).as("a node in another's database").isFalse();
            awaitNetwork(rows);

            assertThat(client("put", "put", file.toString(), "--server", rows.get(0).page().toString())).isZero();
            kill(rows.get(0).pid());
            demo.awaitOutput("node 1 ended (exit code 137, signal 9)");
            assertThat(demo.awaitOutput("serve --data " + folder.resolve("data").resolve("node-1")))
                    .contains("To start it again, in another terminal: java -jar ");
            assertThat(client("get", "get", file + ".apidrive", "--out", folder.resolve("back").toString())).isZero();
            assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);

            assertThat(demo.stop()).isEqualTo(143);
        }
        assertThat(processes()).as("left running").isEmpty();
    }

    @Test
    void a_killed_demo_leaves_nothing_running_and_its_data_to_the_next() throws Exception {
        Path file = randomFile();
        try (WarProcess demo = begin("first", 2, freePorts(2), "--restart")) {
            List<Row> rows = rows(demo.awaitOutput(READY));
            awaitNetwork(rows);
            assertThat(client("put", "put", file.toString(), "--server", rows.get(1).page().toString())).isZero();
            kill(rows.get(1).pid());
            demo.awaitOutput("node 2 was started again");
            demo.kill();
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(processes()).isEmpty());

        try (WarProcess demo = begin("second", 2, freePorts(2))) {
            List<Row> rows = rows(demo.awaitOutput(READY));
            assertThat(rows).allSatisfy(row -> assertThat(signIn(row)).isEqualTo(200));
            awaitNetwork(rows);
            assertThat(client("get", "get", file + ".apidrive", "--server", rows.get(0).page().toString(), "--out",
                    folder.resolve("back").toString())).isZero();
            assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
        }
        assertThat(processes()).as("left running").isEmpty();
    }

    @Test
    void what_cannot_be_is_told_before_anything_starts() throws Exception {
        try (WarProcess demo = begin("wrong", 0, 8080)) {
            assertThat(demo.awaitExit()).isEqualTo(2);
            assertThat(demo.output()).contains("--nodes is 1 to 20");
        }
        int port = freePorts(2);
        try (ServerSocket taken = new ServerSocket(port + 1, 1, InetAddress.getByName("127.0.0.2"));
             WarProcess demo = begin("taken", 2, port)) {
            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.output()).contains("port " + taken.getLocalPort() + " of 127.0.0.2 cannot be had", "--port");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void a_fault_of_the_settings_is_told_and_nothing_is_left_running() throws Exception {
        try (WarProcess demo = begin("fault", 1, freePorts(1), "--heal-delay", "P30D")) {
            assertThat(demo.awaitExit()).isEqualTo(2);
            assertThat(demo.output()).contains("APIDRIVE_HEAL_DELAY").doesNotContain("\tat ");
        }
        assertThat(processes()).isEmpty();
    }

    private WarProcess begin(String log, int nodes, int port, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("demo", "--nodes", Integer.toString(nodes), "--port",
                Integer.toString(port), "--data", folder.resolve("data").toString(), "--slots", "2048"));
        arguments.addAll(List.of(more));
        return WarProcess.command(folder.resolve(log + ".log"), arguments.toArray(String[]::new));
    }

    private int client(String log, String... arguments) throws Exception {
        try (WarProcess command = WarProcess.command(folder.resolve(log + ".log"), arguments)) {
            return command.awaitExit();
        }
    }

    /** Until every node knows the others. */
    private void awaitNetwork(List<Row> rows) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (Row row : rows) {
                assertThat(get(row.page().resolve("/api/drive/servers"))).contains(
                        rows.stream().map(other -> other.page().toString()).toList());
            }
        });
    }

    private Path randomFile() throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        new Random(6).nextBytes(bytes);
        return Files.write(folder.resolve("film.bin"), bytes);
    }

    private String get(URI url) throws Exception {
        return http.send(HttpRequest.newBuilder(url).header("Accept", "application/json").build(), BodyHandlers.ofString()).body();
    }

    private int signIn(Row row) throws Exception {
        String token = row.link().substring(row.link().indexOf('#') + 1);
        return http.send(HttpRequest.newBuilder(row.page().resolve("/api/admin/session"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"Token\":\"" + token + "\"}"))
                .build(), BodyHandlers.discarding()).statusCode();
    }

    /** Whether the role that node {@code of} runs as gets into the database of node {@code to}. */
    private boolean connects(int of, int to) throws IOException {
        Properties own = settings(of);
        try (Connection connection = DriverManager.getConnection(settings(to).getProperty("jdbc-url"), own.getProperty("jdbc-user"),
                Files.readString(Path.of(own.getProperty("jdbc-password-file"))))) {
            return connection.isValid(1);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(INSUFFICIENT_PRIVILEGE);
            return false;
        }
    }

    private Properties settings(int node) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("data/node-" + node + "/apidrive.properties"))) {
            settings.load(reader);
        }
        return settings;
    }

    private static List<Row> rows(String output) {
        List<Row> rows = new ArrayList<>();
        Matcher row = ROW.matcher(output);
        while (row.find()) {
            rows.add(new Row(Integer.parseInt(row.group(1)), Long.parseLong(row.group(2)), row.group(3),
                    URI.create(row.group(4)), row.group(5)));
        }
        return rows;
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** Every process that has to do with this test's folder. */
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(process -> commandLine(process).contains(folder.toString())).toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return "";  // it has just ended
        }
    }

    private static int freePorts(int count) {
        Random random = new Random();
        for (int tries = 0; tries < 100; tries++) {
            int port = 20_000 + random.nextInt(10_000);
            if (areFree(port, count)) {
                return port;
            }
        }
        throw new IllegalStateException("no free ports");
    }

    private static boolean areFree(int port, int count) {
        for (int node = 1; node <= count; node++) {
            try (ServerSocket socket = new ServerSocket(port + node - 1, 1, InetAddress.getByName("127.0.0." + node))) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
