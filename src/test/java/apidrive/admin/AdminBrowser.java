package apidrive.admin;

import java.nio.file.Path;
import java.util.List;

import org.openqa.selenium.By;

import apidrive.Browser;
import apidrive.TestNode;

/** A browser in which somebody administers a node. */
final class AdminBrowser extends Browser {
    /** Downloads go to {@code downloads}. */
    AdminBrowser(Path downloads) {
        super(downloads);
    }

    /** Signs in by a fresh link, on a wide screen. */
    void signIn(TestNode node) {
        size(1280, 900);
        driver.manage().deleteAllCookies();
        openAnew(node.uri("/admin/#" + new AdminCaller(node).linkToken()));
    }

    /** Shows a view anew, also where it is shown already. */
    void show(String view) {
        driver.executeScript("delete document.documentElement.dataset.ready;"
                + "if (location.hash === arguments[0]) { dispatchEvent(new HashChangeEvent('hashchange')); }"
                + "else { location.hash = arguments[0]; }", "#" + view);
        awaitView(view);
    }

    void awaitView(String view) {
        await("the view " + view, () -> view.equals(driver.executeScript("return document.documentElement.dataset.ready")));
    }

    void click(String label) {
        driver.findElement(By.xpath("//button[text()='" + label + "']")).click();
    }

    /** All that the view says, as it is rendered; the driver's own would ask for the style of each word and all around it. */
    String text() {
        String rendered = (String) driver.executeScript("return document.querySelector('#view')?.innerText ?? ''");
        return rendered.replaceAll("[ \\t\\u00a0]+", " ").replaceAll(" ?\\n[ \\n]*", "\n").strip();
    }

    String notice() {
        return find("#notice").getText();
    }

    void awaitNotice(String words) {
        await(() -> "the notice '" + words + "', it is: " + notice(), () -> notice().contains(words));
    }

    /** Rows of all tables of the view. */
    int rows() {
        return driver.findElements(By.cssSelector("#view tbody tr")).size();
    }

    /** Screenshots of each view, and what does not fit: on a wide screen and a phone, in light and dark. */
    List<String> misfits(List<String> views, String name) {
        return List.of("light", "dark").stream().flatMap(scheme -> List.of(1280, 320).stream().flatMap(width -> {
            colours(scheme);
            size(width, 900);
            return views.stream().filter(view -> {
                show(view);
                if (view.equals("activity")) {
                    await("a sample", () -> !text().contains("The first sample comes"));
                }
                screenshot(name + "-" + view + "-" + scheme + "-" + width);
                return text().length() < 50 || (Long) driver.executeScript("return document.documentElement.scrollWidth") > width;
            }).map(view -> view + " at " + width);
        })).toList();
    }
}
