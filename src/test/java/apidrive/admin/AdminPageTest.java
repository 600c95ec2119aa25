package apidrive.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import apidrive.TestNode;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.Document;

/** The admin page in a real browser, on a real node. */
class AdminPageTest {
    private static final List<String> VIEWS = List.of("overview", "network", "activity", "objects", "chunks", "clients", "jobs", "database",
            "settings", "access", "audit");
    private static final int CHUNKS = 70;

    @TempDir
    private static Path folder;
    private static TestNode node;
    private static AdminBrowser browser;

    @BeforeAll
    static void start() throws Exception {
        browser = new AdminBrowser(folder);
        node = TestNode.start(Map.of("slots", "1000"));
        for (int i = 0; i < CHUNKS; i++) {
            store(bytes(i));
        }
        node.database().execute("UPDATE apidrive.chunk SET expires_at = now() + interval '1 day' WHERE id IN "
                + "(SELECT id FROM apidrive.chunk ORDER BY id LIMIT 12)");
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

    @BeforeEach
    void signIn() {
        browser.signIn(node);
    }

    @Test
    void the_link_signs_in_once_and_leaves_no_trace_in_the_address() {
        assertThat(browser.driver.getCurrentUrl()).doesNotContain("apidrive_");
        assertThat(browser.driver.manage().getCookieNamed("apidrive_admin").isHttpOnly()).isTrue();
        assertThat(browser.driver.executeScript("return document.cookie")).isEqualTo("");
        browser.click("Sign out");
        browser.awaitView("sign-in");
        assertThat(browser.driver.manage().getCookieNamed("apidrive_admin")).isNull();
        browser.find("#token").sendKeys("wrong", Keys.ENTER);
        browser.await("the refusal", () -> browser.find("#sign-in-error").getText().contains("the token is not valid"));
        browser.screenshot("admin-sign-in");
    }

    @Test
    void every_view_is_shown_without_a_complaint_or_a_request_elsewhere_and_fits_a_phone() {
        assertThat(browser.misfits(VIEWS, "admin")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        browser.assertAsksOnly(node.uri("").toString());
    }

    @Test
    void it_is_accessible_as_far_as_rules_can_tell() {
        for (String view : VIEWS) {
            browser.show(view);
            assertThat(browser.violations()).as(view).isEmpty();
        }
    }

    @Test
    void the_overview_tells_what_is_used_and_what_drops_tomorrow() {
        assertThat(browser.text()).contains(CHUNKS + "\nof 1,000, 7.0 %", "Due tomorrow\n12\n");
        assertThat(browser.driver.findElements(By.cssSelector(".slots .soon"))).hasSize(5);
    }

    @Test
    void a_chunk_is_deleted_only_after_its_id_was_typed_and_all_by_keyboard() throws Exception {
        store(bytes(CHUNKS));
        String id = Chunk.of(bytes(CHUNKS)).id().toString();
        browser.show("chunks");
        WebElement search = browser.find("input[type=search]");
        search.sendKeys(id.substring(0, 8), Keys.ENTER);
        browser.await("one row", () -> browser.rows() == 1);
        browser.find("button[aria-label='Delete " + id + "']").sendKeys(Keys.ENTER);
        assertThat(browser.find("#confirm-yes").isEnabled()).isFalse();
        browser.find("#confirm-input").sendKeys("wrong");
        assertThat(browser.find("#confirm-yes").isEnabled()).isFalse();
        browser.find("#confirm-input").sendKeys(Keys.ESCAPE);
        assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + id + "'")).isOne();

        browser.find("button[aria-label='Delete " + id + "']").sendKeys(Keys.ENTER);
        browser.find("#confirm-input").sendKeys(id.substring(0, 8), Keys.ENTER);
        browser.await("that it is deleted", () -> browser.find("#notice").getText().contains("is deleted"));
        assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + id + "'")).isZero();
        browser.show("audit");
        assertThat(browser.text()).contains("delete-chunk").contains(id);
    }

    @Test
    void a_chunk_that_an_object_needs_is_deleted_only_after_that_was_said_as_well() {
        String id = new Web(node).stored("an object of the page".getBytes(StandardCharsets.UTF_8));
        browser.show("chunks");
        browser.find("input[type=search]").sendKeys(id.substring(0, 8), Keys.ENTER);
        browser.await("one row", () -> browser.rows() == 1);
        browser.find("button[aria-label='Delete " + id + "']").sendKeys(Keys.ENTER);
        browser.find("#confirm-input").sendKeys(id.substring(0, 8), Keys.ENTER);
        browser.await("the second question", () -> browser.find("#confirm-text").getText().contains("object, which will lose it"));
        assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + id + "'")).isOne();

        browser.find("#confirm-input").sendKeys(id.substring(0, 8), Keys.ENTER);
        browser.await("that it is deleted", () -> browser.find("#notice").getText().contains("is deleted"));
        assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk WHERE id = '" + id + "'")).isZero();
    }

    @Test
    void chunks_are_turned_page_by_page() {
        browser.show("chunks");
        assertThat(browser.rows()).isEqualTo(50);
        browser.click("Next");
        browser.await("the second page", () -> browser.rows() < 50);
        browser.click("Previous");
        browser.await("the first page", () -> browser.rows() == 50);
    }

    @Test
    void a_limit_is_set_and_lifted() {
        browser.show("clients");
        browser.find("form input:not([type])").sendKeys("192.0.2.99");
        browser.find("form input[type=number]").sendKeys("5", Keys.ENTER);
        browser.awaitNotice("192.0.2.99 may now store 5 chunks");
        assertThat(node.database().number("SELECT chunks FROM apidrive.client_limit WHERE client = '192.0.2.99'")).isEqualTo(5);
        browser.find("button[aria-label='Clear the limit of 192.0.2.99/32']").click();
        browser.awaitNotice("holds again");
        browser.find("form input:not([type])").sendKeys("nobody", Keys.ENTER);
        browser.awaitNotice("is not an IPv4 or IPv6 address");
    }

    @Test
    void a_job_is_run_and_a_token_is_made_shown_once_and_revoked() {
        browser.show("jobs");
        browser.find("button[aria-label='Run epoch now']").click();
        browser.awaitNotice("epoch was told to run");

        browser.show("access");
        browser.find("#view form input").sendKeys("of the page test", Keys.ENTER);
        browser.await("the token", () -> !browser.driver.findElements(By.id("secret")).isEmpty());
        String token = browser.find("#secret").getText();
        browser.screenshot("admin-token");
        assertThat(new AdminCaller(node).with(token).get("node").statusCode()).isEqualTo(200);
        browser.show("access");
        assertThat(browser.text()).contains("of the page test").doesNotContain(token);
        browser.find("button[aria-label='Revoke of the page test']").click();
        browser.find("#confirm-input").sendKeys("revoke", Keys.ENTER);
        browser.awaitNotice("is revoked");
        assertThat(new AdminCaller(node).with(token).get("node").statusCode()).isEqualTo(401);
    }

    @Test
    void a_session_that_ended_leads_back_to_the_sign_in() {
        node.database().execute("DELETE FROM apidrive.admin_session");
        browser.driver.executeScript("location.hash = '#jobs'");
        browser.awaitView("sign-in");
        assertThat(browser.find("#sign-in-error").getText()).contains("The session has ended");
    }

    @Test
    void what_a_node_keeps_is_shown_as_text_never_as_markup() {
        AdminCaller admin = new AdminCaller(node).signedIn();
        admin.send("POST", "tokens", new Document().with("Name", "<img src=x onerror=alert(1)>"));
        browser.show("access");

        assertThat(browser.text()).contains("<img src=x onerror=alert(1)>");
        assertThat(browser.driver.findElements(By.cssSelector("#view img"))).isEmpty();
    }

    private static void store(byte[] chunk) throws Exception {
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(node.uri("/api/drive/chunk"))
                .PUT(BodyPublishers.ofByteArray(chunk)).build(), BodyHandlers.discarding());
    }

    private static byte[] bytes(int number) {
        return ("a chunk of the admin page's test, number " + number).getBytes(StandardCharsets.UTF_8);
    }
}
