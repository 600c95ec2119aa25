package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import apidrive.Ports;

/** {@code serve} as its operator meets it. */
class ServeIT {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    private Path folder;

    @Test
    void every_fault_of_the_settings_is_told_at_once_and_the_exit_code_is_2() throws Exception {
        Path file = Files.writeString(folder.resolve("apidrive.properties"), "slotz = 3\nlifetime = tomorrow\n");
        try (WarProcess node = WarProcess.begin(folder.resolve("log"), "--config", file.toString(), "--port", "99999",
                "--slots", "many", "--data", folder.resolve("data").toString())) {
            assertThat(node.awaitExit()).isEqualTo(2);
            assertThat(node.output()).contains("4 faults", "slotz", "APIDRIVE_LIFETIME", "APIDRIVE_PORT", "APIDRIVE_SLOTS")
                    .doesNotContain("\tat ");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void an_option_that_does_not_exist_is_refused_with_exit_code_2() throws Exception {
        try (WarProcess node = WarProcess.begin(folder.resolve("log"), "--sloots", "3")) {
            assertThat(node.awaitExit()).isEqualTo(2);
            assertThat(node.output()).contains("--sloots", "--slots");
        }
    }

    @Test
    void a_second_node_on_the_folder_of_a_running_one_is_refused_and_the_first_goes_on_until_it_is_told_to_end()
            throws Exception {
        String data = folder.resolve("data").toString();
        try (Clients clients = new Clients();
             WarProcess first = WarProcess.begin(folder.resolve("first"), "--port", "0", "--data", data)) {
            URI url = first.awaitUrl();
            try (WarProcess second = WarProcess.begin(folder.resolve("second"), "--port", "0", "--data", data)) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.output()).contains("Another node is running on the folder " + data, "APIDRIVE_DATA");
            }
            assertThat(servers(data)).as("PostgreSQL of the first").isNotEmpty();
            assertStores(clients, url);

            assertThat(first.stop()).isEqualTo(143);
            assertThat(servers(data)).as("PostgreSQL left behind").isEmpty();
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left.filter(path -> path.getFileName().toString().startsWith("apidrive-")))
                        .as("unpacked libraries left behind").isEmpty();
            }
        }
    }

    @Test
    void the_ports_of_doors_are_listened_on_too_each_for_its_doors_alone() throws Exception {
        int port = Ports.next();
        try (WarProcess node = WarProcess.begin(folder.resolve("log"), "--port", "0", "--data", folder.resolve("data").toString(),
                "--port-doors", port + "=sos-blob,")) {
            URI url = node.awaitUrl();
            assertThat(node.awaitOutput("Port ")).contains("Port " + port + ": sos-blob");
            assertThat(get(url + "/alive")).isEqualTo("200 alive");
            assertThat(get("http://127.0.0.1:" + port + "/alive")).isEqualTo("200 alive");
            assertThat(get("http://127.0.0.1:" + port + "/health/ready")).isEqualTo("404 404 - content is not hosted here.");
        }
    }

    @Test
    void a_database_that_does_not_answer_is_told_with_exit_code_1() throws Exception {
        try (WarProcess node = WarProcess.begin(folder.resolve("log"), "--port", "0", "--data", folder.toString(),
                "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/none", "--database-wait", "PT0S")) {
            assertThat(node.awaitExit()).isEqualTo(1);
            assertThat(node.output()).contains("The database did not answer within");
        }
    }

    @Test
    void sos_38_and_dt_34_it_serves_as_a_plain_user() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")),
                "the tests run as a plain user, so every other test of this class shows it");
        assumeTrue(Files.isExecutable(SETPRIV), "there is no setpriv to change the user with");
        Path home = Files.createTempDirectory("apidrive-plain-user");
        try {
            Path war = Files.copy(Path.of(System.getProperty("apidrive-test.war")), home.resolve("apidrive.war"));
            Files.setPosixFilePermissions(war, PosixFilePermissions.fromString("rw-r--r--"));
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
            try (Clients clients = new Clients();
                 WarProcess node = WarProcess.begin(List.of(SETPRIV.toString(), "--reuid=nobody",
                         "--regid=nogroup", "--clear-groups"), home.resolve("log"), war, "--port", "0", "--data",
                         home.resolve("data").toString())) {
                assertStores(clients, node.awaitUrl());
                assertThat(Files.getOwner(home.resolve("data")).getName()).isEqualTo("nobody");
            }
            assertThat(servers(home.toString())).isEmpty();
        } finally {
            delete(home);
        }
    }

    /** Status and body. */
    private static String get(String url) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static void assertStores(Clients clients, URI url) throws Exception {
        clients.start(url);
        Awaitility.await().until(() -> clients.acknowledged() > 50);
        clients.stop();
        assertThat(clients.missing(url)).isEmpty();
    }

    /** The processes of PostgreSQL whose data is below {@code folder}. */
    private static List<Long> servers(String folder) {
        return ProcessHandle.allProcesses().filter(process -> commandLine(process).contains(folder))
                .filter(process -> commandLine(process).contains("bin/postgres")).map(ProcessHandle::pid).toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return "";  // it has just ended
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
