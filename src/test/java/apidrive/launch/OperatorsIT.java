package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestDatabase;
import apidrive.TestNode;
import apidrive.wire.Format;

/** {@code serve} as those meet it who operated servers of SOS and dtfc. */
class OperatorsIT {
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<String, String> OWN_NETWORK = Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S");

    @TempDir
    private Path folder;

    @Test
    void sos_17_servers_on_the_command_line_are_joined_all_of_them_and_the_file_is_left_out_where_that_is_said() throws Exception {
        try (TestNode one = TestNode.start(OWN_NETWORK); TestNode two = TestNode.start(OWN_NETWORK);
             TestNode filed = TestNode.start(OWN_NETWORK); TestDatabase database = TestDatabase.opened()) {
            Path list = Files.writeString(folder.resolve("sos.conf"), "[default]\n-: " + filed.uri("") + "\n");
            Path settings = Files.writeString(folder.resolve("settings"), "join-file = " + list + "\n");
            int port = freePort();
            List<String> options = List.of("--config", settings.toString(), "--port", Integer.toString(port), "--url",
                    "http://127.0.0.1:" + port, "--allow-private-peers", "true", "--gossip-period", "PT0.2S", "--join",
                    one.uri("") + "," + two.uri(""));
            List<String> without = new ArrayList<>(options);
            without.addAll(List.of("--join-file", ""));
            try (WarProcess node = begin(database, without)) {
                URI url = node.awaitUrl();
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(active(url)).isEqualTo(3));
                await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(active(filed.uri("")))
                        .isEqualTo(1));
            }
            try (WarProcess node = begin(database, options)) {
                URI url = node.awaitUrl();
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(active(url)).as("else both count").isEqualTo(4));
            }
        }
    }

    @Test
    void dt_32_a_node_needs_no_other_program_not_even_for_what_files_tell_of_themselves() throws Exception {
        try (TestDatabase database = TestDatabase.opened();
             WarProcess node = WarProcess.begin(List.of("/usr/bin/env", "PATH=/nonexistent"), folder.resolve("log"),
                     Path.of(System.getProperty("apidrive-test.war")), options(database, List.of("--port", "0")))) {
            URI url = node.awaitUrl();
            byte[] data = "text that a program is to look at".getBytes();
            assertThat(send("PUT", url, "/dtfc/text.txt", data).statusCode()).isEqualTo(200);
            assertThat(send("GET", url, "/" + hash("SHA-512", data), null).body()).isEqualTo(data);
            HttpResponse<byte[]> facts = send("GET", url, "/" + hash("SHA-512", data) + "/ffmetadata", null);
            assertThat(new String(facts.body())).contains("\"metadata\":{");
            assertThat(facts.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void dt_33_each_request_is_a_line_of_the_access_log_without_what_it_takes_to_fetch_a_file() throws Exception {
        Path log = folder.resolve("access.log");
        try (TestDatabase database = TestDatabase.opened();
             WarProcess node = begin(database, List.of("--port", "0", "--access-log", log.toString()))) {
            URI url = node.awaitUrl();
            byte[] data = "a note".getBytes();
            String sha512 = hash("SHA-512", data);
            send("PUT", url, "/dtfc/note.txt", data);
            send("GET", url, "/" + sha512 + "/nopeerload?token=secret", null);
            send("GET", url, "/sos/fetch/" + hash("SHA-1", data) + ".txt", null);
            send("GET", url, "/blob/nothing", null);
            send("GET", url, "/api/drive/object/" + "0".repeat(8) + "-1111-8111-8111-" + "0".repeat(12), null);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(Files.readAllLines(log)).hasSize(5));
            List<String> lines = Files.readAllLines(log);
            String who = "127\\.0\\.0\\.1 \\d{4}-\\d\\d-\\d\\dT[0-9:.]*Z ";
            assertThat(lines.get(0)).matches(who + "\"PUT /dtfc/note\\.txt HTTP/1\\.1\" 200 received=6 sent=\\d{3} took=\\d+\\.\\d{3}");
            assertThat(lines.get(1)).matches(who + "\"GET /\\.\\.\\./nopeerload HTTP/1\\.1\" 200 received=0 sent=6 took=.*");
            assertThat(lines.get(2)).matches(who + "\"GET /sos/fetch/\\.\\.\\. HTTP/1\\.1\" 200 .*");
            assertThat(lines.get(3)).matches(who + "\"GET /blob/\\.\\.\\. HTTP/1\\.1\" 404 .*");
            assertThat(lines.get(4)).matches(who + "\"GET /api/drive/object/\\.\\.\\. HTTP/1\\.1\" 404 .*");
        }
    }

    @Test
    void dt_26_all_that_a_node_keeps_is_below_one_folder_that_may_be_a_mount_of_its_own_and_slots_tell_its_use() throws Exception {
        Path data = folder.resolve("data");
        byte[] file = new byte[5_000_000];
        new Random(5).nextBytes(file);
        try (WarProcess node = WarProcess.begin(folder.resolve("log"), "--port", "0", "--data", data.toString())) {
            URI url = node.awaitUrl();
            long before = size(data);
            long used = slots(url);
            assertThat(send("PUT", url, "/dtfc/film.bin", file).statusCode()).isEqualTo(200);
            assertThat(size(data) - before).as("bytes, as df shows them").isGreaterThan(file.length);
            assertThat(slots(url) - used).as("its leaves and its root").isEqualTo(78);
            assertThat(send("DELETE", url, "/" + hash("SHA-512", file), null).statusCode()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(slots(url)).isLessThanOrEqualTo(used + 1));
        }
    }

    private WarProcess begin(TestDatabase database, List<String> more) throws IOException {
        return WarProcess.begin(folder.resolve("log"), options(database, more));
    }

    private String[] options(TestDatabase database, List<String> more) {
        List<String> options = new ArrayList<>(List.of("--data", folder.resolve("data").toString(), "--jdbc-url", database.jdbcUrl(),
                "--jdbc-user", TestDatabase.RUNNER, "--jdbc-owner", TestDatabase.OWNER));
        options.addAll(more);
        return options.toArray(String[]::new);
    }

    private static long active(URI url) throws Exception {
        return Format.JSON.readDocuments(send("GET", url, "/api/drive/servers?state=active", null).body()).size();
    }

    private static long slots(URI url) throws Exception {
        return Format.JSON.readDocument(send("GET", url, "/api/drive/slots", null).body()).number("Used").orElseThrow();
    }

    private static HttpResponse<byte[]> send(String method, URI node, String path, byte[] body) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(node + path)).header("Accept", "application/json").method(method, body == null
                ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }

    private static String hash(String algorithm, byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data));
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
