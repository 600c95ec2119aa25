package apidrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;

import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium; a test of it is skipped where there is none. */
public class Browser implements AutoCloseable {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);  // each makes driver, browser and page work for some milliseconds
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    /** Without this the browser would open a dialogue of its own, which nobody answers. */
    private static final String NO_PICKER = "delete window.showSaveFilePicker";
    private static final String AXE = rules();

    public final ChromeDriver driver;
    private final Path downloads;

    /** Downloads go to {@code downloads}. */
    public Browser(Path downloads) {
        assumeTrue(CHROMIUM.canExecute() && DRIVER.canExecute(), "there is no Chromium with its driver: install chromium-driver");
        this.downloads = downloads;
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.setCapability("goog:loggingPrefs", logs);
        options.setExperimentalOption("prefs", Map.of("download.default_directory", downloads.toAbsolutePath().toString(),
                "profile.default_content_setting_values.automatic_downloads", 1));
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                "--disable-dev-shm-usage", "--force-prefers-reduced-motion", "--host-resolver-rules=MAP drive.test 127.0.0.1",
                "--disable-features=BackForwardCache",  // a page that is left is gone, with its exchanges
                "--user-data-dir=" + downloads.resolve("profile").toAbsolutePath());
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", NO_PICKER));
    }

    public void open(URI page) {
        driver.get(page.toString());
        await("the page is ready", () -> find("html").getDomAttribute("data-ready") != null);
    }

    /** As {@link #open}, forgetting what was asked for before. */
    public void openAnew(URI page) {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        driver.manage().logs().get(LogType.PERFORMANCE);
        open(page);
    }

    public WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    public void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    public void await(Supplier<String> what, BooleanSupplier condition) {
        new WebDriverWait(driver, PATIENCE, LOOK).withMessage(what)
                .ignoring(StaleElementReferenceException.class)  // the page was drawn anew between finding and reading
                .until(any -> condition.getAsBoolean());
    }

    public void screenshot(String name) {
        Map<String, Object> taken = driver.executeCdpCommand("Page.captureScreenshot",
                Map.of("captureBeyondViewport", true, "optimizeForSpeed", true));  // the same pixels, less compressed
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) taken.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** light or dark, as the system would ask for. */
    public void colours(String scheme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** What the browser complained of since this was asked last. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue()).map(LogEntry::getMessage)
                .filter(message -> !message.contains("'beforeunload'")).toList();  // of a page that a test left midway
    }

    /** What axe-core finds against WCAG 2.2 A and AA, which include contrast, and against best practice. */
    public List<?> violations() {
        if (!(Boolean) driver.executeScript("return 'axe' in window")) {  // once a page: it is half a megabyte
            driver.executeScript(AXE);
        }
        return (List<?>) driver.executeAsyncScript("const end = arguments[0]; axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',"
                + " 'wcag21aa', 'wcag22aa', 'best-practice']}).then((all) => end(all.violations.map((one) => one.id + ': '"
                + " + one.nodes.map((node) => node.html + node.failureSummary).join(' | '))))");
    }

    /** Fails if a request went anywhere but to this origin since this was asked last. */
    public void assertAsksOnly(String origin) {
        List<String> urls = driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream().map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .map(message -> message.replaceAll("(?s).*\"request\":\\{.*?\"url\":\"(.*?)\".*", "$1"))
                .filter(url -> !url.startsWith("chrome:") && !url.startsWith("data:")).toList();  // the browser's first page
        assertThat(urls).isNotEmpty().allMatch(url -> url.startsWith(origin + "/") || url.startsWith("blob:" + origin + "/"));
    }

    private static String rules() {
        try (InputStream rules = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(rules.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected final Path downloads() {
        return downloads;
    }

    @Override
    public void close() {
        driver.quit();
    }
}
