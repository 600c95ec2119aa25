package apidrive.door.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

import apidrive.wire.Format;

/** Objects opened by their links in a real browser, and a common client of the tus protocol at work in it. */
class ViewPageTest extends PageScene {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern RANGE = Pattern.compile("\"Range\":\"bytes=(\\d+)-");
    private static final int SECONDS = 60;
    private static final int PADDING = 500_000;  // bytes a second of the film
    private static final String TUS = "tus-js-client-4.3.1";

    @BeforeEach
    void onAWideScreen() {
        browser.size(1280, 900);
        browser.colours("light");
    }

    @Test
    void a_film_is_played_and_seeked_in_by_ranges() throws Exception {
        String root = put("Dolomites.webm", "video/webm", film());
        view(root);
        assertThat(browser.find("#name").getText()).isEqualTo("Dolomites.webm");
        assertThat(browser.find("#about").getText()).contains("MiB · video/webm");
        assertSeeks("video", 50, 49L * PADDING);
        assertThat(browser.driver.executeScript("return document.querySelector('video').videoWidth")).isEqualTo(320L);
        browser.driver.executeScript("document.querySelector('video').muted = true; document.querySelector('video').play()");
        browser.await("that it plays on", () -> browser.driver.executeScript("return document.querySelector('video').currentTime")
                instanceof Number now && now.doubleValue() > 50.2);
        assertThat(browser.complaints()).isEmpty();
        browser.screenshot("view-film");
    }

    @Test
    void sound_is_played_and_seeked_in_by_ranges() throws Exception {
        int rate = 96_000;
        int bytes = 100 * rate * 2;
        ByteBuffer sound = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        sound.put("RIFF".getBytes(UTF_8)).putInt(36 + bytes).put("WAVEfmt ".getBytes(UTF_8)).putInt(16).putShort((short) 1)
                .putShort((short) 1).putInt(rate).putInt(2 * rate).putShort((short) 2).putShort((short) 16)
                .put("data".getBytes(UTF_8)).putInt(bytes);
        for (int i = 0; i < bytes / 2; i++) {
            sound.putShort((short) (8_000 * Math.sin(2 * Math.PI * 440 * i / rate)));
        }
        view(put("tone.wav", "audio/wav", sound.array()));
        assertSeeks("audio", 90, 80L * rate * 2);
        browser.screenshot("view-sound");
    }

    @Test
    void a_picture_is_shown_and_scripts_in_one_never_run() throws Exception {
        view(put("sunset.png", "image/png", picture()));
        browser.await("the picture", () -> Long.valueOf(1_600)
                .equals(browser.driver.executeScript("return document.querySelector('#stage img').naturalWidth")));
        assertThat(browser.find("#stage img").getDomAttribute("alt")).isEqualTo("sunset.png");

        String svg = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90' onload='parent.ran = 1'>"
                + "<script>parent.ran = 1; document.title = 'ran'</script><rect width='90' height='90' fill='teal'/></svg>";
        view(put("drawing.svg", "image/svg+xml", svg.getBytes(UTF_8)));
        browser.await("the drawing", () -> Long.valueOf(90)
                .equals(browser.driver.executeScript("return document.querySelector('#stage img').naturalWidth")));
        assertThat(browser.driver.executeScript("return [window.ran ?? 0, document.title]"))
                .isEqualTo(List.of(0L, "drawing.svg · API Drive"));
    }

    @Test
    void text_is_shown_as_text_and_pages_of_strangers_are_only_handed_out() throws Exception {
        String markup = "<b onclick=alert(1)>größer</b>\n<script>document.title = 'ran'</script>\n";
        view(put("notes.txt", "text/plain; charset=utf-8", markup.getBytes(UTF_8)));
        assertThat(browser.find("#stage pre").getDomProperty("textContent")).isEqualTo(markup);
        assertThat(browser.driver.findElements(By.cssSelector("#stage b, #stage script"))).isEmpty();

        view(put("long.txt", "text/plain", "ä".repeat(100_000).getBytes(UTF_8)));
        assertThat(browser.find("#stage pre").getDomProperty("textContent")).isEqualTo("ä".repeat(32_768));
        assertThat(browser.find("#note").getText()).isEqualTo("The first 64.0 KiB are shown.");

        String page = put("page.html", "text/html", "<script>top.location = 'https://evil.example'</script>".getBytes(UTF_8));
        view(page);
        assertThat(browser.find("#stage").isDisplayed()).isFalse();
        assertThat(browser.find("#note").getText()).contains("not shown here");
        HttpResponse<byte[]> handed = HTTP.send(HttpRequest.newBuilder(node.uri("/api/drive/object/" + page)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(handed.headers().map()).containsEntry("content-security-policy", List.of("sandbox"))
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("content-disposition", List.of("attachment; filename=\"page.html\""));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void what_is_not_there_is_told_and_so_is_an_object_of_no_bytes() throws Exception {
        for (String id : List.of("0b41d7a2-9a0d-8c1e-b1f4-5d6c7e8f9a0b", "nonsense", "")) {
            view(id);
            assertThat(browser.find("#name").getText()).isEqualTo("There is no such file");
            assertThat(browser.find("#download").isDisplayed()).isFalse();
        }
        view(put("empty.txt", "text/plain", new byte[0]));
        assertThat(browser.find("#note").getText()).isEqualTo("It has no bytes.");
    }

    @Test
    void a_node_that_cannot_find_it_now_is_asked_again() throws Exception {
        String root = put("later.txt", "text/plain", "later".getBytes(UTF_8));
        try (Proxy proxy = new Proxy(node.uri(""))) {
            proxy.misbehave((exchange, body) -> {
                boolean isObject = exchange.getRequestURI().getPath().contains("/object/");
                if (isObject) {
                    Proxy.answer(exchange, 503, new byte[0]);
                }
                return isObject;
            });
            browser.open(proxy.uri("/view/#" + root));
            assertThat(browser.find("#name").getText()).isEqualTo("Not to be had now");
            proxy.misbehave((exchange, body) -> false);
            browser.find("#again").click();
            browser.await("the file", () -> browser.find("#name").getText().equals("later.txt"));
        }
    }

    @ParameterizedTest
    @CsvSource({"wide, light, 1280, 900", "wide, dark, 1280, 900", "phone, dark, 390, 844"})
    void it_is_accessible_and_never_wider_than_the_screen(String name, String scheme, int width, int height) throws Exception {
        browser.size(width, height);
        browser.colours(scheme);
        for (String root : List.of(put("Sunset over the Ligurian coast, the third evening of our holiday.png", "image/png", picture()),
                put("words.txt", "text/plain", "one line that is far too long for a phone, and then some; ".repeat(40).getBytes(UTF_8)),
                put("archive.zip", "application/zip", new byte[5_000]))) {
            view(root);
            browser.find("summary").click();
            String type = browser.find("#about").getText().replaceAll(".*/", "");
            browser.screenshot("view-" + type + "-" + name + "-" + scheme);
            assertThat(browser.driver.executeScript("return document.documentElement.scrollWidth - innerWidth")).as("sideways scroll")
                    .isEqualTo(0L);
            assertThat(browser.violations()).isEmpty();
        }
        browser.assertAsksOnly(node.uri("").toString());
    }

    @Test
    void tus_js_client_uploads_is_aborted_and_resumes() throws Exception {
        String client = Files.readString(tusJsClient());
        byte[] bytes = new byte[12_000_000];
        new Random(5).nextBytes(bytes);
        try (Line line = new Line(node.uri(""))) {
            line.slow(10_000_000);
            browser.openAnew(line.uri("/"));
            browser.driver.executeScript(client);
            Object done = browser.driver.executeAsyncScript("const [text, end] = arguments;"
                    + "const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));"
                    + "const file = new File([bytes], 'by tus.bin', {type: 'application/x-test'});"
                    + "const options = {endpoint: '/api/drive/upload', retryDelays: [0, 200], chunkSize: 5_000_000,"
                    + "  metadata: {filename: file.name, filetype: file.type}, onError: (error) => end(String(error))};"
                    + "let isAborted = false;"
                    + "const first = new tus.Upload(file, {...options, onProgress: (sent) => {"
                    + "  if (sent > 6_000_000 && !isAborted) { isAborted = true; first.abort().then(again); } }});"
                    + "const again = async () => {"
                    + "  const second = new tus.Upload(file, {...options,"
                    + "    onSuccess: () => end([from, new URL(second.url, location).href])});"
                    + "  const before = await second.findPreviousUploads(); second.resumeFromPreviousUpload(before[0]);"
                    + "  let from = null; second.options.onProgress = (sent) => { from ??= sent; }; second.start(); };"
                    + "first.start();", Base64.getEncoder().encodeToString(bytes));
            assertThat(done).isInstanceOf(List.class);
            assertThat((Long) ((List<?>) done).get(0)).as("where it went on").isGreaterThanOrEqualTo(5_000_000);
            HttpResponse<byte[]> upload = HTTP.send(HttpRequest.newBuilder(URI.create((String) ((List<?>) done).get(1)))
                    .method("HEAD", HttpRequest.BodyPublishers.noBody()).header("Tus-Resumable", "1.0.0").build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> object = HTTP.send(HttpRequest.newBuilder(node.uri(
                    upload.headers().firstValue("Object-Location").orElseThrow())).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(object.body()).isEqualTo(bytes);
            assertThat(object.headers().firstValue("Content-Type")).contains("application/x-test");
        }
    }

    private static void view(String root) {
        browser.openAnew(node.uri("/view/#" + root));
    }

    /** Goes to a time, whose bytes are beyond {@code far}. */
    private static void assertSeeks(String element, int second, long far) {
        String player = "document.querySelector('" + element + "')";
        browser.await("its length", () -> browser.driver.executeScript("return " + player + ".duration") instanceof Number length
                && length.doubleValue() > second);
        assertThat(longestRangeStart()).as("asked before it was seeked in").isLessThan(far);
        browser.driver.executeScript(player + ".currentTime = " + second);
        browser.await("what is there", () -> Boolean.TRUE.equals(browser.driver.executeScript("return !" + player + ".seeking && "
                + player + ".readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && " + player + ".currentTime === " + second)));
        assertThat(longestRangeStart()).as("asked for what is there").isGreaterThan(far);
    }

    /** The greatest first byte of a range that was asked for since this was asked last. */
    private static long longestRangeStart() {
        return browser.driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream().map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent")).map(RANGE::matcher).filter(Matcher::find)
                .mapToLong(range -> Long.parseLong(range.group(1))).max().orElse(-1);
    }

    /** A minute of moving squares, encoded by the browser itself. */
    private static byte[] film() {
        browser.openAnew(node.uri("/"));
        Object frames = browser.driver.executeAsyncScript("const [seconds, end] = arguments; const frames = [];"
                + "const encoder = new VideoEncoder({error: (error) => end(String(error)), output: (chunk) => {"
                + "  const data = new Uint8Array(chunk.byteLength); chunk.copyTo(data);"
                + "  frames.push(btoa(String.fromCharCode(...data))); }});"
                + "encoder.configure({codec: 'vp8', width: 320, height: 240, bitrate: 200_000});"
                + "const canvas = new OffscreenCanvas(320, 240); const context = canvas.getContext('2d');"
                + "for (let i = 0; i < seconds; i++) { context.fillStyle = `hsl(${6 * i} 60% 50%)`; context.fillRect(0, 0, 320, 240);"
                + "  context.fillStyle = 'white'; context.fillRect(5 * i, 2 * i, 40, 40);"
                + "  const frame = new VideoFrame(canvas, {timestamp: i * 1_000_000});"
                + "  encoder.encode(frame, {keyFrame: true}); frame.close(); }"
                + "encoder.flush().then(() => end(frames));", SECONDS);
        assertThat(frames).isInstanceOf(List.class);
        return WebM.film(((List<?>) frames).stream().map(frame -> Base64.getDecoder().decode((String) frame)).toList(), 320, 240,
                PADDING);
    }

    private static byte[] picture() throws IOException {
        BufferedImage image = new BufferedImage(1_600, 900, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, new Color(0x2B4162), 0, 900, new Color(0xF5B94A)));
        graphics.fillRect(0, 0, 1_600, 900);
        graphics.setPaint(new Color(0xFFF3C4));
        graphics.fillOval(700, 380, 200, 200);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static String put(String name, String type, byte[] bytes) throws Exception {
        HttpResponse<byte[]> answer = HTTP.send(HttpRequest.newBuilder(node.uri("/api/drive/object?name=" + name.replace(" ", "%20")))
                .header("Content-Type", type).PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(201);
        return Format.JSON.readDocument(answer.body()).id("Root").orElseThrow().toString();
    }

    /** The client as npm has it; the test is skipped where it cannot be had. */
    private static Path tusJsClient() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "npm").toAbsolutePath());
        Path client = folder.resolve("package/dist/tus.min.js");
        if (!Files.exists(client)) {
            Process fetch = new ProcessBuilder("sh", "-c", "npm pack --prefer-offline --silent " + TUS.replaceFirst("-(\\d)", "@$1")
                    + " && tar xzf " + TUS + ".tgz").directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile()).start();
            boolean isDone = fetch.waitFor(60, TimeUnit.SECONDS);
            fetch.destroy();
            assumeTrue(isDone && fetch.exitValue() == 0, "npm does not hand out " + TUS);
        }
        return client;
    }
}
