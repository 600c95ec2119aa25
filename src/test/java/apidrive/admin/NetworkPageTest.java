package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import apidrive.TestNode;
import apidrive.wire.Document;

/** The network in the admin page of a real node among others, each with a database of its own. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkPageTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> QUICK = Map.of("allow-private-peers", "true", "gossip-period", "PT0.1S",
            "heal-delay", "PT20S", "pool", "6");  // so long that what is owed to a dead server is seen, and then made elsewhere
    private static final int CHUNKS = 60;

    @TempDir
    private static Path folder;
    private static final List<TestNode> NODES = new ArrayList<>();
    private static AdminBrowser browser;
    private static TestNode one;

    @BeforeAll
    static void start() {
        browser = new AdminBrowser(folder);
        one = node("berlin");
        joined("oslo");
        joined("porto");
        AdminCaller admin = new AdminCaller(one).signedIn();
        browser.await("three servers", () -> document(admin.get("network")).get("Members", Document.class).orElseThrow()
                .number("Alive").orElseThrow() == 3);
        store(0, CHUNKS);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        NODES.forEach(TestNode::close);
    }

    @BeforeEach
    void signIn() {
        browser.colours("light");
        browser.signIn(one);
        browser.show("network");
    }

    @Test
    void every_server_is_listed_with_its_state_and_this_one_is_marked() {
        browser.await("three", () -> browser.driver.findElements(By.cssSelector("[aria-label=Servers] tr[data-key] .pill")).stream()
                .filter(pill -> pill.getText().equals("active")).count() == 3);
        assertThat(row(one)).contains("this server", "berlin", "now", "of 327,680");
        assertThat(row(NODES.get(1))).contains("oslo").doesNotContain("this server");
        assertThat(browser.text()).contains("Servers\n3\nall answer");
        browser.show("overview");
        assertThat(browser.text()).contains("3 servers, all answer");
    }

    @Test
    void it_fits_a_phone_is_accessible_and_asks_nobody_else() {
        assertThat(browser.misfits(List.of("network", "overview"), "network")).isEmpty();
        for (String scheme : List.of("light", "dark")) {
            browser.colours(scheme);
            browser.show("network");
            assertThat(browser.violations()).as(scheme).isEmpty();
        }
        assertThat(browser.complaints()).isEmpty();
        browser.assertAsksOnly(one.uri("").toString());
    }

    @Test
    void a_sync_makes_the_parts_known_to_be_whole_and_each_is_told_in_words_by_keys_alone() {
        browser.click("Sync now");
        browser.awaitNotice("compares its chunks");
        AdminCaller admin = new AdminCaller(one).signedIn();
        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            admin.send("POST", "network/sync", null);
            List<?> parts = document(admin.get("network/partitions")).get("Partitions", List.class).orElseThrow();
            assertThat(parts).hasSize(1_024).allMatch(part -> ((Document) part).number("Whole").orElse(0) == 3);
        });
        browser.show("network");
        assertThat(browser.text()).contains("Parts that are whole\n1,024\nof 1,024 kept here");
        assertThat(browser.find(".key").getText()).contains("3 of 3 copies whole: 1,024");

        WebElement field = browser.find("[role=slider]");
        field.sendKeys(Keys.END);
        assertThat(field.getDomAttribute("aria-valuetext")).startsWith("Part 1,024: ").contains("3 of 3 copies known to be whole",
                "zone berlin, this server", "zone oslo", "zone porto");
        field.sendKeys(Keys.ARROW_UP, Keys.ARROW_LEFT);
        assertThat(field.getDomAttribute("aria-valuenow")).isEqualTo("959");
        assertThat(browser.find(".part").getText()).contains("Part 959", "ids from ef8…");
        browser.find("summary").click();
        assertThat(browser.find("details tbody").getText()).contains("3 of 3 copies whole", "1,024", Integer.toString(CHUNKS));
    }

    @Test
    void what_has_the_focus_keeps_it_and_nothing_scrolls_while_numbers_change() {
        browser.driver.executeScript("document.querySelector('[data-state=draining]').focus(); scrollTo(0, 300);"
                + "window.marked = document.querySelector('tr[data-key] td'); window.stood = scrollY;");
        int used = used();
        store(CHUNKS, CHUNKS + 5);
        browser.await("the new number", () -> used() >= used + 5);
        assertThat(browser.driver.executeScript("return document.activeElement.dataset.state")).isEqualTo("draining");
        assertThat(browser.driver.executeScript("return scrollY === stood && marked.isConnected")).isEqualTo(true);
        browser.driver.executeScript("scrollTo(0, 0)");
    }

    @Test
    void the_state_is_changed_and_undone_and_the_others_hear_of_it() {
        browser.click("Read-only");
        browser.awaitNotice("This server is read-only");
        browser.await("that it shows", () -> row(one).contains("read-only"));
        browser.show("overview");
        assertThat(browser.text()).contains("State\nread-only");
        browser.signIn(NODES.get(1));
        browser.show("network");
        browser.await("that others know", () -> row(one).contains("read-only"));
        browser.signIn(one);
        browser.show("network");
        browser.click("Active");
        browser.await("that it is active", () -> row(one).contains("active"));
    }

    @Test
    void a_server_that_drains_tells_when_it_may_be_switched_off() {
        browser.click("Drain");
        browser.awaitNotice("This server is draining");
        browser.await("that it is done", () -> browser.text().contains("This server may be switched off"));
        browser.screenshot("network-drained");
        browser.click("Active");
        browser.await("that it is active", () -> row(one).contains("active"));
        assertThat(browser.text()).doesNotContain("may be switched off");
    }

    @Test
    void a_lost_server_shows_with_what_it_is_owed_and_is_forgotten_only_when_its_name_was_typed() {
        TestNode fourth = joined("rome");
        String url = fourth.uri("").toString();
        String name = fourth.uri("").getAuthority();
        browser.await("the fourth", () -> browser.text().contains("Servers\n4\nall answer"));
        close(fourth);
        browser.await("that it is dead", () -> row(url).contains("dead") && browser.text().contains("1 is away"));
        store(1_000, 1_000 + CHUNKS);
        makeDue();
        browser.find("label.check input").click();
        browser.await(() -> "what it is owed, there is: " + browser.text(), () -> browser.text().contains("server " + name + " is away"));
        browser.show("network");
        browser.await("what it is owed", () -> browser.driver.findElements(By.cssSelector("td.mono")).size() > 5);
        for (String scheme : List.of("light", "dark")) {
            browser.colours(scheme);
            for (int width : List.of(1280, 390)) {
                browser.size(width, 900);
                browser.screenshot("network-lost-" + scheme + "-" + width);
            }
            assertThat(browser.violations()).as(scheme).isEmpty();
        }
        browser.size(1280, 900);

        browser.show("network");
        browser.await("that it is counted out", () -> browser.text().contains("of 1,024 kept here"));
        makeDue();
        browser.await("that nothing is owed to it any more", () -> browser.text().contains("every copy that is owed is made"));
        browser.find("button[aria-label='Forget " + url + "']").sendKeys(Keys.ENTER);
        assertThat(browser.find("#confirm-yes").isEnabled()).isFalse();
        browser.find("#confirm-input").sendKeys(name, Keys.ENTER);
        browser.awaitNotice(name + " is forgotten");
        browser.await("that it is gone", () -> browser.text().contains("Servers\n3\nall answer"));
    }

    @Test
    void a_server_that_is_alone_joins_by_an_address_and_says_why_where_it_cannot() {
        TestNode alone = node("turin");
        String url = alone.uri("").toString();
        browser.signIn(alone);
        browser.show("network");
        assertThat(browser.text()).contains("Servers\n1\nno other is known");
        browser.find("textarea").sendKeys("http://127.0.0.1:1");
        browser.click("Join");
        browser.awaitNotice("http://127.0.0.1:1: ");
        assertThat(browser.find("#notice .bad").isDisplayed()).isTrue();

        browser.find("textarea").clear();
        browser.find("textarea").sendKeys(one.uri("").toString());
        browser.click("Join");
        browser.awaitNotice("1 server has answered");
        browser.await("the others", () -> browser.text().contains("Servers\n4\nall answer"));
        new AdminCaller(alone).signedIn().send("PUT", "network/state", new Document().with("State", "left"));
        browser.signIn(one);
        browser.show("network");
        browser.await("that it left", () -> row(url).contains("left"));
        close(alone);
        browser.find("button[aria-label='Forget " + url + "']").click();
        browser.find("#confirm-input").sendKeys(URI.create(url).getAuthority(), Keys.ENTER);
        browser.awaitNotice("is forgotten");
    }

    @Test
    void many_servers_are_filtered_by_zone_and_state() {
        List<TestNode> more = IntStream.range(0, 5).mapToObj(i -> joined("quito")).toList();
        List<String> urls = more.stream().map(node -> node.uri("").toString()).toList();
        browser.await("all", () -> browser.text().contains("Servers\n8\nall answer"));
        browser.find("input[list=zones]").sendKeys("quito", Keys.ENTER);
        browser.await("one zone", () -> row(one).isEmpty() && row(urls.get(4)).contains("quito"));
        browser.find("select").sendKeys("dead");
        browser.await("no server", () -> browser.text().contains("No server is so."));
        more.forEach(NetworkPageTest::close);
        browser.await("the dead", () -> urls.stream().allMatch(url -> row(url).contains("dead")));
        AdminCaller admin = new AdminCaller(one).signedIn();
        List<String> ids = browser.driver.findElements(By.cssSelector("[aria-label=Servers] tr[data-key]")).stream().map(row -> row.getDomAttribute("data-key"))
                .toList();
        ids.forEach(id -> assertThat(admin.delete("network/servers/" + id).statusCode()).isEqualTo(204));
    }

    private static TestNode node(String zone) {
        return node(Map.of("zone", zone));
    }

    private static TestNode joined(String zone) {
        return node(Map.of("zone", zone, "join", one.uri("").toString()));
    }

    private static TestNode node(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(QUICK);
        all.putAll(settings);
        TestNode node = TestNode.start(all);
        NODES.add(node);
        return node;
    }

    /** What waits in the heal queue need not wait on: a server that does not answer is tried ever more seldom. */
    private static void makeDue() {
        one.database().execute("UPDATE apidrive.heal SET due_at = now()");
    }

    private static void close(TestNode node) {
        NODES.remove(node);
        node.close();
    }

    private static void store(int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] bytes = ("a chunk of the network page's test, number " + i).getBytes(StandardCharsets.UTF_8);
            assertThat(HTTP.sendAsync(HttpRequest.newBuilder(one.uri("/api/drive/chunk")).PUT(BodyPublishers.ofByteArray(bytes)).build(),
                    BodyHandlers.discarding()).join().statusCode()).isEqualTo(200);
        }
    }

    private static String row(TestNode node) {
        return row(node.uri("").toString());
    }

    /** The row of a server in the table, empty where it has none. */
    private static String row(String url) {
        return (String) browser.driver.executeScript("return [...document.querySelectorAll('tr[data-key]')]"
                + ".find((row) => row.querySelector('a')?.href === arguments[0])?.innerText ?? ''", url + "/");
    }

    /** Slots of this server that the table tells as used. */
    private static int used() {
        return Integer.parseInt(row(one).replaceAll("(?s).*?(\\d+) of [\\d,]+.*", "$1"));
    }
}
