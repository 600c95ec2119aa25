package apidrive.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

import apidrive.TestNetwork;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** The objects of a network in the admin page of one of its nodes, in a real browser. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObjectsPageTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int MANY = 60;

    @TempDir
    private static Path folder;
    private static TestNetwork network;
    private static AdminBrowser browser;
    private static Document cat;

    @BeforeAll
    static void start() throws Exception {
        browser = new AdminBrowser(folder);
        network = TestNetwork.start(3, Map.of("allow-private-peers", "true", "gossip-period", "PT0.2S", "pool", "6"));
        for (int i = 0; i < MANY; i++) {
            put(i % 3, "/api/drive/object?name=many-%02d.txt".formatted(i), "many " + i);
        }
        cat = put(1, "/api/drive/name/photos/2026/cat.jpg?ack=all", "a cat".repeat(50_000), "Apidrive-Meta-Camera", "X100",
                "Content-Type", "image/jpeg");
        put(2, "/api/drive/name/letters/2026/cat.txt?ack=all", "about a cat", "Apidrive-Meta-Camera", "none");
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
    void signIn() {
        browser.colours("light");
        browser.signIn(network.node(0));
        browser.show("objects");
    }

    @Test
    void objects_are_turned_page_by_page_and_found_by_the_beginning_of_a_file_name() {
        assertThat(browser.rows()).isEqualTo(50);
        String first = browser.find("tbody tr").getText();
        browser.click("Next");
        browser.await("the rest", () -> browser.rows() < 50 && !browser.find("tbody tr").getText().equals(first));
        browser.click("Previous");
        browser.await("the first page", () -> browser.rows() == 50 && browser.find("tbody tr").getText().equals(first));
        search("many-0");
        browser.await("ten", () -> browser.rows() == 10);
        search("cat.jpg");
        browser.await("one", () -> browser.rows() == 1 && browser.text().contains("image/jpeg"));
    }

    @Test
    void names_are_found_in_all_namespaces_by_their_beginning_and_by_metadata() {
        new Select(browser.find("#view form select")).selectByValue("names");
        search("2026/");
        browser.await("both", () -> browser.rows() == 2 && browser.text().contains("photos") && browser.text().contains("letters"));
        browser.find("summary").click();
        field("Name in the metadata").sendKeys("camera");
        field("Its value").sendKeys("X100", Keys.ENTER);
        browser.await("one", () -> browser.rows() == 1 && browser.text().contains("2026/cat.jpg"));
    }

    @Test
    void objects_are_found_by_size_and_by_date() {
        browser.find("summary").click();
        browser.find("[aria-label='At least, number']").sendKeys("200");
        new Select(browser.find("[aria-label='At least, unit']")).selectByVisibleText("KiB");
        browser.find("[aria-label='At most, number']").sendKeys("1", Keys.ENTER);
        browser.await("the large one", () -> browser.rows() == 1 && browser.text().contains("cat.jpg"));
        browser.driver.executeScript("document.querySelector('input[type=date]').value = '2999-01-01'");
        browser.click("Search");
        browser.await("none", () -> browser.text().contains("Nothing is so."));
        browser.find("[aria-label='At least, number']").sendKeys(Keys.BACK_SPACE, Keys.BACK_SPACE, Keys.BACK_SPACE, "9", Keys.ENTER);
        browser.driver.executeScript("document.querySelector('[aria-label=\"At least, unit\"]').value = 1024 ** 4");
        browser.click("Search");
        browser.awaitNotice("a range ends before it begins");
    }

    @Test
    void an_object_is_found_by_its_root_and_by_each_of_its_hashes_and_shows_all_that_is_known_of_it() {
        for (String member : List.of("Root", "Sha1", "Sha256", "Sha512")) {
            search(cat.text(member).orElseThrow());
            browser.await(() -> "the object by its " + member + ", there is: " + browser.text(), () -> browser.text()
                    .contains("Every chunk has 3 copies or more") && browser.text().contains(cat.text("Sha512").orElseThrow()));
            browser.click("Back to the list");
            browser.await("the list", () -> browser.text().contains("Among"));
        }
        search(cat.text("Sha1").orElseThrow());
        browser.await("its copies", () -> browser.text().contains("Every chunk has 3 copies or more"));
        assertThat(browser.text())
                .contains("244 KiB (250,000 bytes)", "image/jpeg", "4 and its root", "photos", "2026/cat.jpg", "camera\nX100")
                .contains(Stream.of(0, 1, 2).map(node -> network.node(node).uri("").toString()).toArray(String[]::new));
        browser.find("[aria-label='Versions of photos/2026/cat.jpg']").click();
        browser.await("its versions", () -> browser.text().contains("this object, 244 KiB"));
        assertThat(browser.find("a[href$='?download']").getDomProperty("href"))
                .isEqualTo(network.node(0).uri("/api/drive/object/" + cat.text("Root").orElseThrow() + "?download").toString());
    }

    @Test
    void a_server_that_is_away_is_told_and_so_are_the_copies_that_are_left() {
        network.stop(2);
        try {
            search(cat.text("Root").orElseThrow());
            browser.await(() -> "two copies, there is: " + browser.text(), () -> browser.text().contains("Every chunk has 2 copies or more")
                    && browser.text().contains("no answer"));
        } finally {
            network.startAgain(2);
            network.awaitWhole();
        }
    }

    @Test
    void an_object_is_deleted_on_all_nodes_only_after_its_root_was_typed_and_all_by_keyboard() throws Exception {
        Document doomed = put(2, "/api/drive/name/photos/doomed.txt?ack=all", "to be deleted");
        put(1, "/api/drive/name/copies/of%20doomed.txt?ack=all", "to be deleted");
        String root = doomed.text("Root").orElseThrow();
        search(root);
        browser.await("the object", () -> browser.text().contains("of doomed.txt"));
        browser.driver.findElement(By.xpath("//button[text()='Delete']")).sendKeys(Keys.ENTER);
        browser.find("#confirm-input").sendKeys("wrong");
        assertThat(browser.find("#confirm-yes").isEnabled()).isFalse();
        assertThat(browser.find("#confirm-text").getText()).contains("2 names mean it, and will mean nothing");
        browser.find("#confirm-input").clear();
        browser.find("#confirm-input").sendKeys(root.substring(0, 8), Keys.ENTER);
        browser.awaitNotice("is deleted, with 2 names");

        for (int node = 0; node < 3; node++) {
            for (String path : List.of("/api/drive/name/photos/doomed.txt", "/api/drive/name/copies/of%20doomed.txt",
                    "/api/drive/object/" + doomed.text("Sha256").orElseThrow())) {
                assertThat(HTTP.send(HttpRequest.newBuilder(network.node(node).uri(path)).build(), BodyHandlers.discarding()).statusCode())
                        .as(path).isEqualTo(404);
            }
        }
        browser.show("audit");
        assertThat(browser.text()).contains("delete-object").contains(root);
    }

    @Test
    void it_is_accessible_and_fits_a_phone_with_one_object_open_too() {
        Map.of(1280, "light", 390, "dark").forEach((width, scheme) -> {
            browser.colours(scheme);
            browser.size(width, 900);
            browser.show("objects");
            browser.find("summary").click();
            search("many-1");
            browser.await("ten", () -> browser.rows() == 10);
            look("admin-objects-search", scheme, width);
            search(cat.text("Root").orElseThrow());
            browser.await("its copies", () -> browser.text().contains("Every chunk has 3 copies or more"));
            look("admin-objects-one", scheme, width);
        });
        assertThat(browser.complaints()).isEmpty();
        browser.assertAsksOnly(network.node(0).uri("").toString());
    }

    private static void look(String name, String scheme, int width) {
        browser.screenshot(name + "-" + scheme + "-" + width);
        assertThat(browser.driver.executeScript("return document.documentElement.scrollWidth - innerWidth")).as("sideways scroll")
                .isEqualTo(0L);
        assertThat(browser.violations()).as("%s, %s, %d", name, scheme, width).isEmpty();
    }

    private static void search(String text) {
        WebElement field = browser.find("#view input[type=search]");
        field.clear();
        field.sendKeys(text, Keys.ENTER);
    }

    private static WebElement field(String label) {
        return browser.driver.findElement(By.xpath("//label[starts-with(normalize-space(), '" + label + "')]/input"));
    }

    private static Document put(int node, String path, String content, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(network.node(node).uri(path)).header("Accept", Format.JSON_TYPE)
                .PUT(BodyPublishers.ofByteArray(content.getBytes(UTF_8)));
        HttpResponse<byte[]> answer = HTTP.send(fields.length == 0 ? request.build() : request.headers(fields).build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
        return Format.JSON.readDocument(answer.body());
    }
}
