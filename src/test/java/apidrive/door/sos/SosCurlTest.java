package apidrive.door.sos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;

/** The SOS door by curl, as the README tells. */
@Timeout(120)
class SosCurlTest {
    @TempDir
    private Path folder;

    @Test
    void the_lines_of_the_readme_do_what_they_say() throws Exception {
        String section = Files.readString(Path.of("README.md")).split("\n## SOS door\n")[1].split("\n## ")[0];
        String lines = Arrays.stream(section.split("```sh\n")).skip(1).map(block -> block.split("```")[0]).collect(Collectors.joining());
        try (TestNode node = TestNode.start()) {
            Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", "url=" + node.uri("") + "\n" + lines)
                    .directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(process.waitFor()).as(out).isZero();
            String id = Sha1.of("half of it: 50%\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(out).startsWith("{\"id\":\"" + id + "\",\"status\":\"OK\",\"size\":16}HTTP/1.1 200 OK\r\n")
                    .contains("\r\nX-Author: me\r\n", "\r\nContent-Type: text/plain\r\n", "\r\n\r\nhalf of it: 50%\n")
                    .endsWith("{\"id\":\"note1\",\"status\":\"OK\",\"size\":16}[\"" + id + "\",\"note1\"]half");
        }
    }
}
