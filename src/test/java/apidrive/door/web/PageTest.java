package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

import apidrive.TestNetwork;
import apidrive.TestNode;
import apidrive.client.ApiDriveCommand;
import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Digest;

/** Files stored and got back in a real browser, on a real node. */
class PageTest extends PageScene {
    @Test
    void a_file_comes_back_byte_for_byte_and_what_is_here_is_not_sent_again() throws IOException {
        browser.openAnew(node.uri("/"));
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
    void in_a_network_the_manifest_names_those_that_keep_each_chunk() throws IOException {
        try (TestNetwork network = TestNetwork.start(4, Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S", "pool", "6", "ack", "all"))) {
            browser.open(network.node(0).uri("/"));
            Path file = file("kept.bin", 3_000_001, 8);

            Manifest manifest = ManifestReader.read(Files.newInputStream(browser.put(file))).get(0);

            Map<URI, TestNode> nodes = IntStream.range(0, 4).mapToObj(network::node)
                    .collect(Collectors.toMap(one -> one.uri("/api/drive/retrieve"), one -> one));
            assertThat(manifest.count()).isEqualTo(46);
            for (int order = 0; order < manifest.count(); order++) {
                assertThat(manifest.urls(order)).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
                for (URI place : manifest.urls(order)) {
                    assertThat(nodes.get(place).database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + manifest.id(order) + "'"))
                            .as("chunk %d at %s", order, place).isOne();
                }
            }
            assertThat(manifest.places()).hasSize(4);
        }
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
        List<String> entries = new ArrayList<>(Files.readString(own).lines().filter(line -> line.contains("Digest"))
                .map(line -> line.replaceAll("^,", "").replaceAll(",\"Size\".*", "}").replace("\"Id\":\"", "\"ID\":\"{").replaceFirst("\",\"Order\"", "}\",\"order\"")
                        .replace("\"URL1\"", "\"URL2\":\"https://b.example/api/drive/retrieve\",\"URL3\":\"\",\"Note\":[{\"x\":\"}\"}],\"url1\""))
                .toList());
        Collections.reverse(entries);
        Path manifest = Files.writeString(folder.resolve("hand.apidrive"), ("{\"hand.back\":[" + String.join(",\n", entries) + "]}").toLowerCase());
        browser.open(node.uri("/"));
        assertThat(browser.get(manifest, "hand.back")).hasSameBinaryContentAs(file);
    }

    @Test
    void without_crypto_of_the_browser_all_is_still_checked() throws IOException {
        browser.open(URI.create(node.uri("/").toString().replace("127.0.0.1", "drive.test")));
        assertThat(browser.driver.executeScript("return String(crypto.subtle)")).isEqualTo("undefined");
        Path file = file("plain.bin", 5_000_000, 10);
        browser.rememberOffers();
        browser.choose("#put-input", file);
        browser.awaitState("done");
        Path manifest = Files.write(folder.resolve("plain.apidrive"), browser.lastOffer());
        browser.choose("#get-input", manifest);
        browser.press("Get file");
        browser.awaitState("done");
        assertThat(browser.lastOffer()).isEqualTo(Files.readAllBytes(file));
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
                .isEqualTo(Digest.of(Files.readAllBytes(file)).toString());
    }

    @Test
    void everything_can_be_done_by_keyboard() throws IOException {
        browser.open(node.uri("/"));
        List<String> stops = new ArrayList<>();
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

    private static int run(Object... arguments) {
        return ApiDriveCommand.commandLine().execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }
}
