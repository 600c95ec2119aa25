package apidrive.door.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;

/** A page of a real node, open in a real browser. */
abstract class PageScene {
    static final int CHUNK = 65_536;

    @TempDir
    static Path folder;
    static TestNode node;
    static PageBrowser browser;

    @BeforeAll
    static void start() {
        browser = new PageBrowser(folder);
        node = TestNode.start();
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

    static Path file(String name, int length, long seed) throws IOException {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    static void delay(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
