package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.ReadmeLines;
import apidrive.TestNode;
import apidrive.wire.Digest;

/** Objects by a program that knows HTTP and nothing of us. */
@Timeout(120)
class CurlTest {
    private static final byte[] DATA = Web.random(3_000_000);
    private static TestNode node;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void stores_a_file_goes_on_with_half_a_download_and_saves_under_the_name() throws Exception {
        Files.write(folder.resolve("film.mp4"), DATA);
        String location = header(curl("-si", "-T", "film.mp4", "-H", "Content-Type: video/mp4", url("/api/drive/object?name=film.mp4")), "Location");
        Files.write(folder.resolve("half"), Arrays.copyOf(DATA, 1_234_567));
        curl("-s", "-o", "half", "-C", "-", url(location));
        assertThat(folder.resolve("half")).hasBinaryContent(DATA);

        Path downloads = Files.createDirectory(folder.resolve("downloads"));
        curl("-s", "-OJ", "--output-dir", "downloads", url(location + "?download"));
        assertThat(downloads.resolve("film.mp4")).hasBinaryContent(DATA);

        curl("-s", "-o", "part", "-r", "1000000-1000009", url(location));
        assertThat(folder.resolve("part")).hasBinaryContent(Arrays.copyOfRange(DATA, 1_000_000, 1_000_010));
    }

    @Test
    void an_upload_that_is_cut_off_by_a_time_limit_goes_on_from_where_it_stands() throws Exception {
        Files.write(folder.resolve("film.mp4"), DATA);
        String upload = url(header(curl("-si", "-X", "POST", "-H", "Tus-Resumable: 1.0.0", "-H", "Upload-Length: " + DATA.length,
                url("/api/drive/upload")), "Location"));
        int cuts = 0;
        String object = null;
        for (int tries = 0; object == null && tries < 60; tries++) {
            String standing = curl("-sI", "-H", "Tus-Resumable: 1.0.0", upload);
            int offset = Integer.parseInt(header(standing, "Upload-Offset"));
            Files.write(folder.resolve("rest"), Arrays.copyOfRange(DATA, offset, DATA.length));
            String answer = curl("-si", "-X", "PATCH", "--max-time", "1", "--limit-rate", "700k", "-H", "Tus-Resumable: 1.0.0", "-H",
                    "Upload-Offset: " + offset, "-H", "Content-Type: application/offset+octet-stream", "--data-binary", "@rest", upload);
            cuts += answer.contains("204") ? 0 : 1;
            object = header(curl("-sI", "-H", "Tus-Resumable: 1.0.0", upload), "Object-Location");
        }
        assertThat(cuts).as("cut off at least twice").isGreaterThanOrEqualTo(2);
        curl("-s", "-o", "back", url(object));
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
    }

    @Test
    void the_lines_of_the_readme_do_what_they_say() throws Exception {
        Files.write(folder.resolve("holiday.mp4"), DATA);
        String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, "url=" + url(""), String.join("", ReadmeLines.blocks("Objects")),
                "curl -sI -H 'Tus-Resumable: 1.0.0' $upload | tr -d '\\r' | sed -n 's/^Object-Location: //p'", "echo \"/$root\"");

        List<String> last = out.lines().skip(out.lines().count() - 2).toList();
        assertThat(last.get(0)).as("the object, uploaded in parts, has the root it had").endsWith(last.get(1)).hasSizeGreaterThan(36);
        assertThat(folder.resolve("big.bin")).hasSize(3_000_000).hasSameBinaryContentAs(folder.resolve("copy.bin"));
        assertThat(out).contains(Digest.of(Files.readAllBytes(folder.resolve("big.bin"))) + "  -").contains("ETag: \""
                + Digest.of(Files.readAllBytes(folder.resolve("big.bin"))) + '"').contains("\"FileName\":\"holiday.mp4\"");
        assertThat(new String(Files.readAllBytes(folder.resolve("parts")), StandardCharsets.ISO_8859_1))
                .contains("Content-Range: bytes 0-99/3000000", "Content-Range: bytes 2000000-2000099/3000000");
        assertThat(folder.resolve("big.apidrive")).isNotEmptyFile();
    }

    @Test
    void the_lines_of_the_readme_on_names_do_what_they_say() throws Exception {
        Files.write(folder.resolve("cat.jpg"), Arrays.copyOf(DATA, 200_000));
        String root = new Web(node).stored(Arrays.copyOf(DATA, 100_000));
        String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, "url=" + url(""), "root=" + root,
                ReadmeLines.blocks("Names").get(0), "cmp by-hash cat.jpg", "curl -s $url/api/drive/name/photos/the-same.jpg | sha256sum",
                "command curl -s -o /dev/null -w '%{http_code}' $url/api/drive/name/photos/2026/cat.jpg");

        assertThat(out).contains("\"Metadata\":{\"colour\":\"red\"}").contains("apidrive-meta-colour: red")
                .contains(Digest.of(Arrays.copyOf(DATA, 100_000)) + "  -").endsWith("404");
    }

    /** What it prints; it may fail. */
    private String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "--noproxy", "*"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor();
        return out;
    }

    private static String url(String path) {
        return node.uri(path).toString();
    }

    /** Null where there is none. */
    private static String header(String answer, String name) {
        return answer.lines().filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ": "))
                .map(line -> line.substring(name.length() + 2).strip()).reduce((first, last) -> last).orElse(null);
    }
}
