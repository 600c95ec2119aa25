package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** What the page says and does when something is wrong. */
class PageTroubleTest extends PageScene {
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
            Path file = file("much.bin", 100 * CHUNK, 4);  // three periods' worth: of two the bound may fall where it disturbs nobody
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
                    ByteArrayOutputStream many = new ByteArrayOutputStream();
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

    private void assertUnreadable(String content, String why) throws IOException {
        browser.choose("#get-input", Files.writeString(folder.resolve("wrong.apidrive"), content));
        browser.awaitState("failed");
        assertThat(browser.card()).contains(why);
        browser.press("Remove");
    }

    private static byte[] wrongAnswer() {
        return Format.BSON.write(new Document().with("Id", null).with("Data", new byte[CHUNK]));
    }
}
