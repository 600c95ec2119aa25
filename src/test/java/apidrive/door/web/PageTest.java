package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

import apidrive.TestNode;
import apidrive.client.ApiDriveCommand;

/** Files stored and got back in a real browser, on a real node. */
class PageTest {
    private static final int CHUNK = 65_536;

    @TempDir
    private static Path folder;
    private static TestNode node;
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = new Browser(folder);
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @Test
    void a_file_comes_back_byte_for_byte_and_what_is_here_is_not_sent_again() throws IOException {
        browser.open(node.uri("/"));
        Path file = file("film.bin", 40_000_000, 1);

        Path manifest = browser.put(file);
        Path back = browser.get(manifest, "film (1).bin");
        assertThat(back).hasSameBinaryContentAs(file);

        browser.choose("#put-input", file);
        browser.awaitState("done");
        assertThat(browser.card()).contains("611 were here already");
        assertThat(browser.complaints()).isEmpty();
        browser.assertAsksOnly(node.uri("").toString());
    }

    @Test
    void it_waits_while_it_is_paused_and_goes_on_when_told() throws IOException {
        try (Proxy proxy = new Proxy(node.uri(""))) {
            proxy.misbehave((exchange, body) -> {
                if (exchange.getRequestURI().getPath().contains("/batch/")) {
                    delay(200);
                }
                return false;
            });
            browser.open(proxy.uri("/"));
            Path file = file("paused.bin", 20_000_000, 2);
            browser.choose("#put-input", file);
            browser.press("Pause");
            delay(600);
            String held = browser.card();
            delay(600);
            assertThat(browser.card()).isEqualTo(held).contains("Paused");
            browser.press("Resume");
            browser.awaitState("done");
            browser.press("Save .apidrive file");
            Path manifest = browser.download("paused.bin.apidrive");

            browser.choose("#get-input", manifest);
            browser.press("Get file");
            browser.press("Pause");
            delay(600);
            held = browser.card();
            delay(600);
            assertThat(browser.card()).isEqualTo(held).contains("Paused");
            browser.press("Resume");
            browser.awaitState("done");
            assertThat(browser.download("paused (1).bin")).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void it_waits_as_a_busy_node_asks_and_survives_a_line_that_breaks() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        try (Proxy proxy = new Proxy(node.uri(""))) {
            proxy.misbehave((exchange, body) -> {
                boolean isBatch = exchange.getRequestURI().getPath().contains("/batch/");
                int number = isBatch ? asked.incrementAndGet() : 0;
                if (number == 3 || number == 13) {
                    exchange.close();
                } else if (number > 4 && number < 10) {
                    exchange.getResponseHeaders().set("Retry-After", "2");
                    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
                    Proxy.answer(exchange, 503, "{\"detail\":\"the queue is full\"}".getBytes(StandardCharsets.UTF_8));
                }
                return exchange.getResponseCode() != -1 || number == 3 || number == 13;
            });
            browser.open(proxy.uri("/"));
            Path file = file("patient.bin", 9_000_000, 3);
            browser.choose("#put-input", file);
            browser.await("it says why it waits", () -> browser.card().contains("Waiting: the queue is full. Trying again in"));
            browser.awaitState("done");
            browser.press("Save .apidrive file");
            Path manifest = browser.download("patient.bin.apidrive");
            assertThat(browser.get(manifest, "patient (1).bin")).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void a_quota_is_waited_for() throws IOException {
        try (TestNode small = TestNode.start(Map.of("rate-chunks", "40", "rate-period", "PT3S"))) {
            browser.open(small.uri("/"));
            Path file = file("much.bin", 70 * CHUNK, 4);
            browser.choose("#put-input", file);
            browser.awaitState("waiting");
            assertThat(browser.card()).contains("Trying again in");
            browser.awaitState("done");
        }
    }

    @Test
    void a_full_node_says_so_and_what_to_do() throws IOException {
        try (TestNode small = TestNode.start(Map.of("slots", "10"))) {
            browser.open(small.uri("/"));
            browser.choose("#put-input", file("large.bin", 30 * CHUNK, 5));
            browser.awaitState("failed");
            assertThat(browser.card()).contains("This node is full", "Store the file on another node", "Try again");
        }
    }

    @Test
    void what_the_page_stores_the_command_line_gets_and_the_other_way_round() throws IOException {
        browser.open(node.uri("/"));
        Path file = file("both ways ü.bin", 3_000_001, 6);
        Path manifest = browser.put(file);
        Path back = folder.resolve("back.bin");
        assertThat(run("get", manifest, "--out", back)).isZero();
        assertThat(back).hasSameBinaryContentAs(file);

        Path own = folder.resolve("own.apidrive");
        assertThat(run("put", file, "--server", node.uri(""), "--out", own)).isZero();
        assertThat(own).hasSameTextualContentAs(manifest);
        assertThat(browser.get(own, "both ways ü (1).bin")).hasSameBinaryContentAs(file);
    }

    @Test
    void an_empty_file_is_a_file() throws IOException {
        browser.open(node.uri("/"));
        Path file = file("empty.bin", 0, 0);
        assertThat(browser.get(browser.put(file), "empty (1).bin")).isEmptyFile();
    }

    @Test
    void a_manifest_written_by_hand_is_read() throws IOException {
        Path file = file("hand.bin", 200_000, 7);
        Path own = folder.resolve("hand.own.apidrive");
        assertThat(run("put", file, "--server", node.uri(""), "--out", own)).isZero();
        List<String> entries = new java.util.ArrayList<>(Files.readString(own).lines().filter(line -> line.contains("Digest"))
                .map(line -> line.replaceAll("^,", "").replaceAll(",\"Size\".*", "}").replace("\"Id\":\"", "\"ID\":\"{").replaceFirst("\",\"Order\"", "}\",\"order\"")
                        .replace("\"URL1\"", "\"URL2\":\"https://b.example/api/drive/retrieve\",\"URL3\":\"\",\"Note\":[{\"x\":\"}\"}],\"url1\""))
                .toList());
        Collections.reverse(entries);
        Path manifest = Files.writeString(folder.resolve("hand.apidrive"), ("{\"hand.back\":[" + String.join(",\n", entries) + "]}").toLowerCase());
        browser.open(node.uri("/"));
        assertThat(browser.get(manifest, "hand.back")).hasSameBinaryContentAs(file);
    }

    @Test
    void missing_and_damaged_chunks_are_told_with_what_to_do() throws IOException {
        try (TestNode other = TestNode.start()) {
            browser.open(other.uri("/"));
            Path manifest = browser.put(file("lost.bin", 4 * CHUNK, 8));
            String id = Files.readString(manifest).replaceAll("(?s).*?\"Id\":\"(.*?)\".*", "$1").toLowerCase();
            Path elsewhere = Files.writeString(folder.resolve("elsewhere.apidrive"), Files.readString(manifest)
                    .replaceFirst("\"Size\"", "\"URL2\":\"https://b.example/api/drive/retrieve\",\"Size\""));
            other.database().execute("UPDATE apidrive.chunk_data SET data = set_byte(data, 1, get_byte(data, 1) # 1) WHERE id = '%s'"
                    .formatted(id));
            browser.choose("#get-input", manifest);
            browser.press("Get file");
            browser.awaitState("failed");
            assertThat(browser.card()).contains("damaged", "names no other server", "Try again");

            other.database().execute("DELETE FROM apidrive.chunk WHERE id = '%s'".formatted(id));
            browser.choose("#get-input", elsewhere);
            browser.press("Get file");
            browser.awaitState("failed");
            assertThat(browser.card()).contains("1 of 4 chunks (25.0 %) are not on this node", "https://b.example");
        }
    }

    @Test
    void bytes_that_were_changed_on_the_way_are_never_saved() throws IOException {
        browser.open(node.uri("/"));
        Path manifest = browser.put(file("changed.bin", 3 * CHUNK, 9));
        try (Proxy proxy = new Proxy(node.uri(""))) {
            browser.open(proxy.uri("/"));
            Path forged = Files.writeString(folder.resolve("forged.apidrive"),
                    Files.readString(manifest).replaceAll("\"Id\":\"(.{14})8", "\"Id\":\"$14").replaceAll("\"Digest\":\"....", "\"Digest\":\"0000"));
            browser.choose("#get-input", forged);
            browser.press("Get file");
            browser.awaitState("failed");
            assertThat(browser.card()).contains("not on this node");

            byte[] wrong = wrongAnswer();
            proxy.misbehave((exchange, body) -> {
                if (exchange.getRequestURI().getPath().endsWith("/batch/retrieve")) {
                    java.io.ByteArrayOutputStream many = new java.io.ByteArrayOutputStream();
                    for (int i = 0; i < body.length / 30; i++) {
                        many.writeBytes(wrong);
                    }
                    Proxy.answer(exchange, 200, many.toByteArray());
                    return true;
                }
                return false;
            });
            browser.choose("#get-input", manifest);
            browser.press("Get file");
            browser.awaitState("failed");
            assertThat(browser.card()).contains("other bytes than the .apidrive file describes", "Nothing of it was saved");
            assertThat(folder.resolve("changed (1).bin")).doesNotExist();
        }
    }

    @Test
    void a_file_that_is_no_manifest_is_told() throws IOException {
        browser.open(node.uri("/"));
        assertUnreadable("this is a letter", "it is not JSON");
        assertUnreadable("[1, 2]", "it names no file");
        assertUnreadable("{\"a\": [{\"Id\": \"x\", \"Order\": 0}]}", "no Id that is a GUID");
        assertUnreadable("{\"a\": [{\"Id\": \"4D3158B3-6FD2-473E-8648-1D8B3D0E3987\", \"Order\": 1, \"URL1\": \"http://a.example/x\"}]}",
                "an order is missing or stands twice");
        assertUnreadable("{\"a\": [{\"Id\": \"4D3158B3-6FD2-473E-8648-1D8B3D0E3987\", \"Order\": 0, \"URL1\": \"ftp://a.example/x\"}]}",
                "not an http or https URL");
    }

    @Test
    void without_crypto_of_the_browser_all_is_still_checked() throws IOException {
        browser.open(java.net.URI.create(node.uri("/").toString().replace("127.0.0.1", "drive.test")));
        assertThat(browser.driver.executeScript("return String(crypto.subtle)")).isEqualTo("undefined");
        Path file = file("plain.bin", 5_000_000, 10);
        assertThat(browser.get(browser.put(file), "plain (1).bin")).hasSameBinaryContentAs(file);
    }

    @Test
    void the_chosen_file_is_written_as_a_stream() throws IOException {
        browser.open(node.uri("/"));
        Path file = file("stream.bin", 5_000_000, 11);
        Path manifest = browser.put(file);
        browser.driver.executeScript("window.showSaveFilePicker = async ({suggestedName}) => "
                + "(await navigator.storage.getDirectory()).getFileHandle(suggestedName, {create: true})");
        browser.choose("#get-input", manifest);
        browser.press("Get file");
        browser.awaitState("done");
        assertThat(browser.card()).contains("Saved: every chunk was checked");
        assertThat(browser.driver.executeAsyncScript("const end = arguments[0]; (async () => {"
                + "const file = await (await (await navigator.storage.getDirectory()).getFileHandle('stream.bin')).getFile();"
                + "const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));"
                + "end(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''))})()"))
                .isEqualTo(apidrive.wire.Digest.of(Files.readAllBytes(file)).toString());
    }

    @Test
    void everything_can_be_done_by_keyboard() throws IOException {
        browser.open(node.uri("/"));
        List<String> stops = new java.util.ArrayList<>();
        for (int i = 0; i < 9; i++) {
            browser.driver.switchTo().activeElement().sendKeys(Keys.TAB);
            stops.add(browser.driver.switchTo().activeElement().getText());
        }
        assertThat(stops).contains("Skip to content", "Choose files", "Choose .apidrive file");
        Path manifest = browser.put(file("keys.bin", CHUNK, 12));
        browser.choose("#get-input", manifest);
        browser.await("the next step has the focus",
                () -> browser.driver.switchTo().activeElement().getText().equals("Get file"));
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.awaitState("done");
    }

    private void assertUnreadable(String content, String why) throws IOException {
        browser.choose("#get-input", Files.writeString(folder.resolve("wrong.apidrive"), content));
        browser.awaitState("failed");
        assertThat(browser.card()).contains(why);
        browser.press("Remove");
    }

    private static byte[] wrongAnswer() {
        return apidrive.wire.Format.BSON.write(new apidrive.wire.Document().with("Id", null).with("Data", new byte[CHUNK]));
    }

    private static int run(Object... arguments) {
        return ApiDriveCommand.commandLine().execute(java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    private static Path file(String name, int length, long seed) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    private static void delay(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
