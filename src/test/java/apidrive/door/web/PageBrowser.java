package apidrive.door.web;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

import apidrive.Browser;

/** A browser in which somebody stores and gets back files by the page. */
final class PageBrowser extends Browser {
    /** Downloads go to {@code downloads}. */
    PageBrowser(Path downloads) {
        super(downloads);
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

    /** The file of this name, once it has come. */
    Path download(String name) {
        Path file = downloads().resolve(name);
        await("a download " + name, () -> Files.exists(file) && !Files.exists(downloads().resolve(name + ".crdownload")));
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
}
