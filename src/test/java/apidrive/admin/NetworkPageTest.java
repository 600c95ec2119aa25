package apidrive.admin;

import static apidrive.admin.AdminCaller.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import apidrive.wire.Document;

/** The network in the admin page: each test leaves the three servers as they were, but for chunks. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkPageTest extends NetworkScene {
    @BeforeAll
    static void start() {
        begin();
    }

    @AfterAll
    static void stop() {
        end();
    }

    @BeforeEach
    void open() {
        signIn();
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
    void the_first_page_tells_anybody_where_the_node_stands() {
        browser.open(one.uri("/"));
        browser.await("the sentence", () -> browser.find("[data-fact=network]").getText()
                .equals("This node is one of 3 in the network: all answer. A chunk is kept on 3 of them."));
        assertThat(browser.find("[data-fact=zone]").getText()).isEqualTo("zone berlin, active");
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
        assertThat(browser.find("details tbody").getText()).contains("3 of 3 copies whole", "1,024", Long.toString(one.database().number("SELECT count(*) FROM apidrive.chunk")));
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

    /** Slots of this server that the table tells as used. */
    private static int used() {
        return Integer.parseInt(row(one).replaceAll("(?s).*?(\\d+) of [\\d,]+.*", "$1"));
    }
}
