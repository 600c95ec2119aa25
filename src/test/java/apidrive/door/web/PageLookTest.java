package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;

/** How the page looks and is sent; screenshots are kept in target/screenshots. */
class PageLookTest {
    @TempDir
    private static Path folder;
    private static TestNode node;
    private static PageBrowser browser;

    @BeforeAll
    static void start() {
        browser = new PageBrowser(folder);
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

    @ParameterizedTest
    @CsvSource({"wide, light, 1280, 900", "wide, dark, 1280, 900", "phone, light, 390, 844", "phone, dark, 390, 844",
        "small, light, 320, 640"})
    void is_accessible_and_never_wider_than_the_screen(String name, String scheme, int width, int height) throws IOException {
        browser.size(width, height);
        browser.colours(scheme);
        browser.open(node.uri("/"));
        browser.await("facts are there", () -> browser.find("#node").getText().contains("slots used"));
        browser.screenshot(name + "-" + scheme);
        assertSound();

        try (Proxy proxy = new Proxy(node.uri(""))) {
            browser.open(proxy.uri("/"));
            Path film = file("Summer film 2026.mp4", 20_000_000, 1);
            Path manifest = browser.put(film);
            browser.choose("#share-input", file("Slides of the summer meeting, final version.pdf", 3_000_000, width));
            browser.await("its digests", () -> browser.card().contains("SHA-512"));
            browser.choose("#get-input", Files.writeString(folder.resolve("holiday.apidrive"), "this is a letter"));
            browser.awaitState("failed");
            browser.choose("#get-input", manifest);
            browser.awaitState("ready");
            proxy.misbehave((exchange, body) -> {
                if (exchange.getRequestURI().getPath().contains("/batch/")) {
                    delay();
                }
                boolean isPart = exchange.getRequestMethod().equals("PATCH");
                if (isPart) {
                    exchange.getResponseHeaders().set("Retry-After", "30");
                    Proxy.answer(exchange, 503, new byte[0]);
                }
                return isPart;
            });
            browser.choose("#share-input", file("Waits.iso", 2_000_000, 9));
            browser.awaitState("waiting");
            browser.choose("#put-input", file("Letters and drawings.zip", 24_000_000, width + scheme.length()));
            browser.await("a part is done", () -> browser.card().matches("(?s).*\\b[2-9][0-9] %.*MiB/s.*"));
            browser.screenshot(name + "-" + scheme + "-transfers");
            assertSound();
            browser.press("Cancel");
            browser.open(node.uri("/"));  // the page would go on asking the proxy, which is closed
        }
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("503 (Service Unavailable)"));
    }

    @Test
    void the_choice_of_colours_is_remembered() {
        browser.colours("light");
        browser.open(node.uri("/"));
        String toggle = "[data-theme-toggle]";
        browser.find(toggle).click();
        browser.find(toggle).click();
        assertThat(browser.find(toggle).getText()).contains("Dark");
        browser.open(node.uri("/"));
        assertThat(browser.driver.executeScript("return getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(17, 23, 26)");
        browser.find(toggle).click();
        assertThat(browser.driver.executeScript("return getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(246, 245, 241)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/style.css", "/favicon.svg", "/page/page.js", "/view/", "/view/view.js",
        "/lib/js-sha256.js"})
    void every_part_is_kept_to_itself_and_asked_for_again_by_its_bytes(String path) throws Exception {
        HttpResponse<byte[]> first = get(path, null);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(first.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(first.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(get(path, tag).statusCode()).isEqualTo(304);
        assertThat(get(path, "\"other\"").body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/page/none.js", "/page/", "/WEB-INF/web.xml", "/page/../WEB-INF/web.xml", "/lib/other.js"})
    void nothing_else_is_sent(String path) throws Exception {
        assertThat(get(path, null).statusCode()).isIn(400, 404);
    }

    @Test
    void the_api_keeps_its_own_header_fields() throws Exception {
        assertThat(get("/api/drive/slots", null).headers().firstValue("Content-Security-Policy")).isEmpty();
    }

    private static HttpResponse<byte[]> get(String path, String tag) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.uri(path));
        if (tag != null) {
            request.header("If-None-Match", tag);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void assertSound() {
        assertThat(browser.driver.executeScript("return document.documentElement.scrollWidth - innerWidth")).as("sideways scroll")
                .isEqualTo(0L);
        assertThat(browser.violations()).isEmpty();
    }

    private static Path file(String name, int length, long seed) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    private static void delay() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
