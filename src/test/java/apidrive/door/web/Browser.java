package apidrive.door.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium in which somebody uses the page. */
final class Browser implements AutoCloseable {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    /** Without this the browser would open a dialogue of its own, which nobody answers. */
    private static final String NO_PICKER = "delete window.showSaveFilePicker";

    final ChromeDriver driver;
    private final Path downloads;

    /** Downloads go to {@code downloads}. */
    Browser(Path downloads) {
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
                "--disable-dev-shm-usage", "--force-prefers-reduced-motion","--host-resolver-rules=MAP drive.test 127.0.0.1",
                "--user-data-dir=" + downloads.resolve("profile").toAbsolutePath());
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", NO_PICKER));
    }

    void open(URI page) {
        driver.get(page.toString());
        await("the page is ready", () -> find("html").getDomAttribute("data-ready") != null);
    }

    /** As {@link #open}, forgetting what was asked for before. */
    void openAnew(URI page) {
        driver.get("about:blank");
        driver.manage().logs().get(LogType.BROWSER);
        driver.manage().logs().get(LogType.PERFORMANCE);
        open(page);
    }

    WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    void choose(String input, Path file) {
        find(input).sendKeys(file.toAbsolutePath().toString());
    }

    /** Presses the button or link of the newest card that has this label. */
    void press(String label) {
        await(() -> "a button " + label + ", there is: " + card(), () -> !buttons(label).isEmpty());
        buttons(label).get(0).click();
    }

    private List<WebElement> buttons(String label) {
        return driver.findElements(By.xpath("//article[1]//*[self::a or self::button][text()='" + label + "']"));
    }

    /** Of the newest card. */
    String state() {
        return (String) driver.executeScript("return document.querySelector('.transfer')?.dataset.state");
    }

    /** All that the newest card says. */
    String card() {
        return (String) driver.executeScript("return document.querySelector('.transfer')?.textContent");
    }

    void awaitState(String state) {
        await(() -> "state " + state + ", it is " + state() + ": " + card() + complaints(), () -> state.equals(state()));
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
        await(() -> what, condition);
    }

    void await(java.util.function.Supplier<String> what, java.util.function.BooleanSupplier condition) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(20)).withMessage(what).until(any -> condition.getAsBoolean());
    }

    /** The file of this name, once it has come. */
    Path download(String name) {
        Path file = downloads.resolve(name);
        await("a download " + name, () -> Files.exists(file) && !Files.exists(downloads.resolve(name + ".crdownload")));
        return file;
    }

    /** Stores a file and returns its manifest. */
    Path put(Path file) {
        choose("#put-input", file);
        awaitState("done");
        press("Save .apidrive file");
        return download(file.getFileName() + ".apidrive");
    }

    /** Gets the file of a manifest. */
    Path get(Path manifest, String name) {
        choose("#get-input", manifest);
        press("Get file");
        awaitState("done");
        return download(name);
    }

    void screenshot(String name) {
        Map<String, Object> taken = driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) taken.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** From now on remembers what the page offers as downloads: over plain http the browser wants each confirmed. */
    void rememberOffers() {
        driver.executeScript("window.offers = []; const create = URL.createObjectURL;"
                + "URL.createObjectURL = (offer) => { window.offers.push(offer); return create.call(URL, offer); }");
    }

    /** The last that the page offered. */
    byte[] lastOffer() {
        String url = (String) driver.executeAsyncScript("const end = arguments[0]; const reader = new FileReader();"
                + "reader.onload = () => end(reader.result); reader.readAsDataURL(window.offers.at(-1))");
        return Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
    }

    /** light or dark, as the system would ask for. */
    void colours(String scheme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** What the browser complained of since this was asked last. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue()).map(LogEntry::getMessage)
                .filter(message -> !message.contains("'beforeunload'")).toList();  // of a page that a test left midway
    }

    /** Fails if a request went anywhere but to this origin since this was asked last. */
    void assertAsksOnly(String origin) {
        List<String> urls = driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream().map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .map(message -> message.replaceAll("(?s).*\"request\":\\{.*?\"url\":\"(.*?)\".*", "$1"))
                .filter(url -> !url.startsWith("chrome:") && !url.startsWith("data:")).toList();  // the browser's first page
        assertThat(urls).isNotEmpty().allMatch(url -> url.startsWith(origin + "/") || url.startsWith("blob:" + origin + "/"));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
