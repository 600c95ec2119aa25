package apidrive.door.sos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.ReadmeLines;
import apidrive.TestNode;

/** The SOS door by curl, as the README tells. */
@Timeout(120)
class SosCurlTest {
    @TempDir
    private Path folder;

    @Test
    void the_lines_of_the_readme_do_what_they_say() throws Exception {
        try (TestNode node = TestNode.start()) {
            String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, "url=" + node.uri(""), ReadmeLines.blocks("SOS door").get(0));
            String id = Sha1.of("half of it: 50%\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(out).startsWith("{\"id\":\"" + id + "\",\"status\":\"OK\",\"size\":16}HTTP/1.1 200 OK\r\n")
                    .contains("\r\nX-Author: me\r\n", "\r\nContent-Type: text/plain\r\n", "\r\n\r\nhalf of it: 50%\n")
                    .endsWith("{\"id\":\"note1\",\"status\":\"OK\",\"size\":16}[\"" + id + "\",\"note1\"]half");
        }
    }
}
