package apidrive.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

import apidrive.TestNode;
import apidrive.wire.Document;

/** Servers that join, leave and die, in the admin page of another; each test has a network of its own. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServersComeAndGoTest extends NetworkScene {
    @BeforeEach
    void start() {
        begin();
        signIn();
    }

    @AfterEach
    void stop() {
        end();
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
        more.forEach(NetworkScene::close);
        browser.await("the dead", () -> urls.stream().allMatch(url -> row(url).contains("dead")));
        AdminCaller admin = new AdminCaller(one).signedIn();
        List<?> ids = (List<?>) browser.driver.executeScript(
                "return [...document.querySelectorAll('[aria-label=Servers] tr[data-key]')].map((row) => row.dataset.key)");
        assertThat(ids).hasSize(5).allSatisfy(id -> assertThat(admin.delete("network/servers/" + id).statusCode()).isEqualTo(204));
    }

    /** What waits in the heal queue need not wait on: a server that does not answer is tried ever more seldom. */
    private static void makeDue() {
        one.database().execute("UPDATE apidrive.heal SET due_at = now()");
    }
}
