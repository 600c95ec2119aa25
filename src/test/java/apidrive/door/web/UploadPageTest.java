package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNetwork;
import apidrive.TestNode;
import apidrive.wire.Digest;

/** Whole files uploaded in a real browser over lines that break, to a network of real nodes, and what became of them. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UploadPageTest {
    private static final int SIZE = 24_000_000;
    private static final int BROWSER_ASIDE = 3_000_000;  // bytes that a line may carry twice, since they were under way when it broke

    @TempDir
    private static Path folder;
    private static TestNetwork network;
    private static PageBrowser browser;
    private Line line;

    @BeforeAll
    static void start() {
        browser = new PageBrowser(folder);
        network = TestNetwork.start(2, Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S", "pool", "6"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void connect() {
        line = new Line(network.node(0).uri(""));
        browser.openAnew(line.uri("/"));
    }

    /** What is still under way would have the browser ask before it leaves the page. */
    @AfterEach
    void disconnect() {
        browser.driver.executeScript("addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)");
        line.close();
    }

    @Test
    void a_file_goes_on_after_its_node_went_away_and_came_back_and_its_link_leads_to_it_on_another_node() throws IOException {
        Path file = file("Summer film.bin", SIZE, 1);
        line.slow(12_000_000);
        browser.choose("#share-input", file);
        awaitShare(70);
        network.stop(0);
        try {
            browser.awaitState("waiting");
            assertThat(browser.card()).contains("this node does not answer. Trying again in");
        } finally {
            network.startAgain(0);
        }
        // What a node that died was writing to it holds for a minute.
        network.node(0).database().execute("UPDATE apidrive.upload SET writer_until = now()");
        browser.awaitState("done");

        assertThat(line.sent()).as("what was saved is not sent again").isLessThan(SIZE + 20_000_000L);
        browser.await("its digests", () -> browser.card().contains("SHA-512"));
        assertThat(browser.card()).contains("22.9 MiB", "Whoever has the link has the file",
                Digest.of(Files.readAllBytes(file)).toString());
        URI link = URI.create(browser.find(".shared input").getDomProperty("value"));
        network.awaitWhole();
        browser.open(network.node(1).uri("/view/#" + link.getFragment()));
        assertThat(browser.find("#name").getText()).isEqualTo("Summer film.bin");
        browser.find("#download").click();
        assertThat(browser.download("Summer film.bin")).hasSameBinaryContentAs(file);
    }

    @Test
    void a_line_that_breaks_again_and_again_costs_what_was_under_way_and_no_more() throws IOException {
        Path file = file("broken.bin", SIZE, 2);
        line.slow(12_000_000);
        browser.choose("#share-input", file);
        for (int share : List.of(25, 60)) {
            awaitShare(share);
            line.cut();
        }
        browser.awaitState("done");
        assertThat(line.sent()).isLessThan(SIZE + 2L * BROWSER_ASIDE);
        assertThat(stored(file)).isTrue();
    }

    @Test
    void after_the_page_was_closed_the_same_file_goes_on_where_it_was_though_the_node_learns_of_it_late() throws IOException {
        Path file = file("again.bin", SIZE, 3);
        line.slow(12_000_000);
        line.lag(4_000);
        browser.choose("#share-input", file);
        awaitShare(45);
        browser.openAnew(line.uri("/"));
        long before = line.sent();
        browser.choose("#share-input", file);
        browser.awaitState("done");
        assertThat(browser.card()).containsPattern("1\\d\\.\\d MiB were here already");
        assertThat(line.sent() - before).isLessThan(SIZE * 6L / 10 + BROWSER_ASIDE);
        assertThat(stored(file)).isTrue();
        assertThat(browser.driver.executeScript("return localStorage.length")).as("uploads that are remembered").isEqualTo(0L);
    }

    @Test
    void it_waits_while_it_is_paused_and_leaves_nothing_when_it_is_cancelled() throws IOException {
        line.slow(12_000_000);
        browser.choose("#share-input", file("paused.bin", SIZE, 4));
        awaitShare(20);
        browser.press("Pause");
        PageScene.delay(300);
        String held = browser.card();
        PageScene.delay(700);
        assertThat(browser.card()).isEqualTo(held).contains("Paused");
        browser.press("Resume");
        awaitShare(50);
        browser.press("Cancel");
        browser.await("that the upload is ended",
                () -> network.node(0).database().number("SELECT count(*) FROM apidrive.upload WHERE file_name = 'paused.bin'") == 0);
        assertThat(browser.driver.executeScript("return localStorage.length")).isEqualTo(0L);
    }

    @Test
    void files_that_are_dropped_are_taken_some_at_a_time_and_an_empty_one_is_a_file() {
        browser.driver.executeScript("const data = new DataTransfer();"
                + "for (const name of ['one.txt', 'two.txt', 'three.txt', 'four.txt', 'empty.txt']) {"
                + "  data.items.add(new File(name === 'empty.txt' ? [] : [name.repeat(1_000)], name, {type: 'text/plain'})); }"
                + "document.querySelector('#share-title').dispatchEvent("
                + "  new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))");
        browser.await("all are there", () -> states("done") == 5);
        browser.await("what each is", () -> Long.valueOf(5).equals(browser.driver.executeScript("return [...document.querySelectorAll("
                + "'.transfer')].filter((card) => card.textContent.includes('text/plain')).length")));
        assertThat(browser.complaints()).isEmpty();
        browser.assertAsksOnly(line.uri("").toString());
    }

    @Test
    void a_link_is_copied_by_its_button() throws IOException {
        browser.driver.executeScript("navigator.clipboard.writeText = async (text) => { window.copied = text; }");
        browser.choose("#share-input", file("small.bin", 1_000, 6));
        browser.awaitState("done");
        browser.press("Copy link");
        browser.await("what was copied", () -> browser.find(".shared input").getDomProperty("value")
                .equals(browser.driver.executeScript("return window.copied")));
        assertThat(browser.find("#spoken").getDomProperty("textContent")).isEqualTo("The link is copied.");
    }

    @Test
    void a_full_node_says_so_and_what_to_do() throws IOException {
        try (TestNode small = TestNode.start(Map.of("slots", "10"))) {
            browser.open(small.uri("/"));
            browser.choose("#share-input", file("large.bin", 3_000_000, 5));
            browser.awaitState("failed");
            assertThat(browser.card()).contains("This node is full", "Send the file to another node", "Try again");
        }
    }

    private static boolean stored(Path file) throws IOException {
        return network.node(0).database().number("SELECT count(*) FROM apidrive.object WHERE encode(sha256, 'hex') = '"
                + Digest.of(Files.readAllBytes(file)) + "'") == 1;
    }

    /** Returns when so many per cent have left the browser. */
    private static void awaitShare(int share) {
        browser.await(() -> share + " %, there is: " + browser.card(), () -> browser.find(".transfer progress").getDomProperty("value")
                .transform(Double::parseDouble) * 100 >= share);
    }

    private static long states(String state) {
        return (Long) browser.driver.executeScript("return document.querySelectorAll(`.transfer[data-state=${arguments[0]}]`).length",
                state);
    }

    private static Path file(String name, int length, long seed) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }
}
