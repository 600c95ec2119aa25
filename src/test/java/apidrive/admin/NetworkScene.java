package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.wire.Document;

/** The admin page of a real node among others, each with a database of its own. */
abstract class NetworkScene {
    static final int CHUNKS = 60;
    /** In zones berlin, oslo and porto, the first of which is shown; then whoever joined. */
    static final List<TestNode> NODES = new ArrayList<>();
    static AdminBrowser browser;
    static TestNode one;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> QUICK = Map.of("allow-private-peers", "true", "gossip-period", "PT0.1S",
            "heal-delay", "PT20S", "pool", "6");  // so long that what is owed to a dead server is seen, and then made elsewhere

    @TempDir
    private static Path folder;

    @BeforeAll
    static void openBrowser() {
        browser = new AdminBrowser(folder);
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Starts the three, which know each other then, and stores chunks. */
    static void begin() {
        one = node("berlin");
        joined("oslo");
        joined("porto");
        AdminCaller admin = new AdminCaller(one).signedIn();
        browser.await("three servers", () -> document(admin.get("network")).get("Members", Document.class).orElseThrow()
                .number("Alive").orElseThrow() == 3);
        store(0, CHUNKS);
    }

    static void end() {
        NODES.forEach(TestNode::close);
        NODES.clear();
    }

    /** Shows the network as the first sees it. */
    static void signIn() {
        browser.colours("light");
        browser.signIn(one);
        browser.show("network");
    }

    static TestNode node(String zone) {
        return node(Map.of("zone", zone));
    }

    static TestNode joined(String zone) {
        return node(Map.of("zone", zone, "join", one.uri("").toString()));
    }

    private static TestNode node(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(QUICK);
        all.putAll(settings);
        TestNode node = TestNode.start(all);
        NODES.add(node);
        return node;
    }

    static void close(TestNode node) {
        NODES.remove(node);
        node.close();
    }

    static void store(int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] bytes = ("a chunk of the network page's test, number " + i).getBytes(StandardCharsets.UTF_8);
            assertThat(HTTP.sendAsync(HttpRequest.newBuilder(one.uri("/api/drive/chunk")).PUT(BodyPublishers.ofByteArray(bytes)).build(),
                    BodyHandlers.discarding()).join().statusCode()).isEqualTo(200);
        }
    }

    static String row(TestNode node) {
        return row(node.uri("").toString());
    }

    /** The row of a server in the table, empty where it has none. */
    static String row(String url) {
        return (String) browser.driver.executeScript("return [...document.querySelectorAll('tr[data-key]')]"
                + ".find((row) => row.querySelector('a')?.href === arguments[0])?.innerText ?? ''", url + "/");
    }
}
