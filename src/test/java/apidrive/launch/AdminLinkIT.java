package apidrive.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin-link} as its operator meets it. */
class AdminLinkIT {
    @TempDir
    private Path folder;

    @Test
    void a_link_opens_the_page_once_whether_the_node_runs_or_not() throws Exception {
        String data = folder.resolve("data").toString();
        String before;
        try (WarProcess node = WarProcess.begin(folder.resolve("first"), "--port", "0", "--data", data)) {
            URI url = node.awaitUrl();
            String ofLog = node.output().replaceAll("(?s).*/admin/#(\\S+).*", "$1");
            assertThat(signIn(url, ofLog)).as("the link in the log").isEqualTo(200);
            assertThat(signIn(url, ofLog)).isEqualTo(401);
            assertThat(signIn(url, tokenOf(link("--data", data)))).as("made while the node runs").isEqualTo(200);
        }
        before = tokenOf(link("--data", data, "--url", "https://drive.example.org"));
        try (WarProcess node = WarProcess.begin(folder.resolve("second"), "--port", "0", "--data", data)) {
            URI url = node.awaitUrl();
            assertThat(signIn(url, before)).as("made while it did not").isEqualTo(200);
            assertThat(node.output()).as("no link in the log of a later start").doesNotContain("/admin/#");
        }
    }

    @Test
    void without_the_database_it_says_so() throws Exception {
        try (WarProcess command = WarProcess.command(folder.resolve("log"), "admin-link", "--jdbc-url",
                "jdbc:postgresql://127.0.0.1:1/none", "--database-wait", "PT0S", "--data", folder.toString())) {
            assertThat(command.awaitExit()).isEqualTo(1);
            assertThat(command.output()).contains("No link was made. The database did not answer within")
                    .doesNotContain("\tat ");
        }
    }

    private String link(String... options) throws Exception {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "admin-link";
        System.arraycopy(options, 0, arguments, 1, options.length);
        try (WarProcess command = WarProcess.command(folder.resolve("link"), arguments)) {
            assertThat(command.awaitExit()).as(command.output()).isZero();
            assertThat(command.output().strip().lines()).as("nothing but the link").hasSize(1);
            return command.output().strip();
        }
    }

    private static String tokenOf(String link) {
        assertThat(link).matches("https?://[^/]+/admin/#apidrive_[0-9a-f]{32}_[A-Za-z0-9_-]{43}");
        return link.substring(link.indexOf('#') + 1);
    }

    private static int signIn(URI node, String token) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(node.resolve("/api/admin/session"))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString("{\"Token\":\"" + token + "\"}"))
                .build(), BodyHandlers.discarding()).statusCode();
    }
}
