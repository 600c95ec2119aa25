package apidrive.door.dtfc;

import static apidrive.door.object.Web.random;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.ReadmeLines;
import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** The dtfc door by programs that know HTTP and nothing of us, and what the README says of it. */
@Timeout(120)
class ToolsTest {
    private static final byte[] DATA = random(2_500_000);
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
    void dt_15_curl_stores_a_file_saves_it_under_its_name_and_goes_on_with_half_of_it() throws Exception {
        String hash = store("Holiday Film.mp4");
        Files.createDirectory(folder.resolve("downloads"));
        run("curl", "-fsSOJ", "--output-dir", "downloads", url("/" + hash));
        assertThat(folder.resolve("downloads/holiday-film.mp4")).hasBinaryContent(DATA);

        Files.write(folder.resolve("half"), Arrays.copyOf(DATA, 1_234_567));
        run("curl", "-fsS", "-o", "half", "-C", "-", url("/dtfc/" + hash));
        assertThat(folder.resolve("half")).hasBinaryContent(DATA);
    }

    @Test
    void dt_15_wget_goes_on_with_half_of_a_file() throws Exception {
        String hash = store("film.mp4");
        Files.write(folder.resolve(hash), Arrays.copyOf(DATA, 1_234_567));
        run("wget", "-q", "-c", url("/" + hash));
        assertThat(folder.resolve(hash)).hasBinaryContent(DATA);
        run("wget", "-q", "--content-disposition", url("/dtfc/" + hash));
        assertThat(folder.resolve("film.mp4")).hasBinaryContent(DATA);
    }

    @Test
    void the_lines_of_the_readme_do_what_they_say() throws Exception {
        Files.write(folder.resolve("Holiday Film.mp4"), DATA);
        String out = ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, "url=" + url(""), ReadmeLines.blocks("dtfc door").get(0));

        assertThat(folder.resolve("holiday-film.mp4")).hasBinaryContent(DATA);
        assertThat(out).contains("\"filename\":\"holiday-film.mp4\"").contains("\"metadata\":{").contains("\"deleted\":true")
                .contains("All systems go.");
    }

    /** What dtfc has in its base directory stands in tables here: the README tells how the one becomes the other. */
    @Test
    void dt_18_a_base_directory_of_the_original_is_taken_in_with_the_last_of_its_names_and_its_marks() throws Exception {
        byte[] film = random(70_000);
        byte[] secret = "a secret".getBytes(StandardCharsets.UTF_8);
        lay(film, "first.mp4\nholiday-film.mp4\n");
        Files.createFile(lay(secret, "secret.txt\n").resolve("403"));
        Path gone = lay("gone".getBytes(StandardCharsets.UTF_8), "gone.txt\n");
        Files.delete(gone.resolve("data"));
        Files.createFile(gone.resolve("404"));
        String administration = "admin() { curl -fsS -H 'Authorization: Bearer " + new AdminCaller(node).signedIn().token("token")
                + "' \"$@\"; }";
        ReadmeLines.run(folder, ReadmeLines.NONE_IS_REFUSED, "base='base directory'", "url=" + url(""), administration,
                ReadmeLines.blocks("dtfc door").get(1));

        run("curl", "-fsSOJ", url("/" + Sha512.of(film)));
        assertThat(folder.resolve("holiday-film.mp4")).hasBinaryContent(film);
        assertThat(run("curl", "-sS", url("/" + Sha512.of(secret)))).isEqualTo("403 Forbidden.\n");
        assertThat(node.database().texts("SELECT file_name FROM apidrive_view.names WHERE namespace = 'dtfc' AND is_newest AND sha512 = '"
                + Sha512.of(film) + "'")).as("as SQL shows it").contains("holiday-film.mp4");
    }

    /** A content as the original keeps it; its folder. */
    private Path lay(byte[] data, String names) throws IOException {
        Path layout = Files.createDirectories(folder.resolve("base directory/" + Sha512.of(data).replaceAll("(..)", "$1/")));
        Files.write(layout.resolve("data"), data);
        Files.writeString(layout.resolve("filename"), names);
        return layout;
    }

    /** DT-11, 12 and 24. */
    @Test
    void the_lines_for_administrators_do_what_they_say() throws Exception {
        String token = new AdminCaller(node).signedIn().token("token");
        String lines = ReadmeLines.section("dtfc door").split("```\nadmin ")[1].split("```")[0];
        Files.writeString(folder.resolve("marked.txt"), "to be marked");
        String out = run("bash", "-euo", "pipefail", "-c", "url=" + url("") + "\nadmin() { curl -fsS -H 'Authorization: Bearer " + token
                + "' \"$@\"; }\nhash=$(curl -fsS -T marked.txt $url/marked.txt | cut -d'\"' -f4)\nadmin " + lines);
        assertThat(out).startsWith("{\"Off\":[\"put\"]}{\"Sha512\":\"" + Sha512.of("to be marked".getBytes(StandardCharsets.UTF_8))
                + "\",\"Status\":403}").contains("{\"Off\":[]}{\"Tracked\":1,\"Untracked\":0,\"Removed\":0,");
    }

    /** DT-31. */
    @Test
    void the_convention_of_couchdb_is_a_map_of_what_put_answers() throws Exception {
        String page = Files.readString(Path.of("ops/dtfc/README.md"));
        String json = page.split("```json\n")[1].split("```")[0];
        Document files = Format.JSON.readDocument(json.getBytes(StandardCharsets.UTF_8)).get("dtfc", Document.class).orElseThrow();
        assertThat(files.members()).hasSize(2);
        for (String name : files.members().keySet()) {
            Document stub = files.get(name, Document.class).orElseThrow();
            Files.writeString(folder.resolve(name), "0123456789".substring(0, (int) stub.number("length").orElseThrow()));
            String answer = run("curl", "-fsS", "-T", name, url("/dtfc/" + name));
            assertThat(new String(Format.JSON.write(stub), StandardCharsets.UTF_8)).as("what the page shows of %s", name).isEqualTo(answer);
            assertThat(run("curl", "-fsS", url("/" + stub.text("sha512").orElseThrow()))).isEqualTo(Files.readString(folder.resolve(name)));
        }
        String lines = Arrays.stream(page.split("```sh\n")).skip(1).map(block -> block.split("```")[0]).collect(Collectors.joining());
        Files.writeString(folder.resolve("report.txt"), "a report");
        String put = run("bash", "-euo", "pipefail", "-c", "dtfc=" + url("/dtfc") + "\n" + lines);
        Document doc = Format.JSON.readDocument(put.getBytes(StandardCharsets.UTF_8));
        Files.writeString(folder.resolve("all-docs.json"), put);
        String token = new AdminCaller(node).signedIn().token("token");
        String purge = page.split("```\ngrep ")[1].split("```")[0];
        assertThat(run("bash", "-euo", "pipefail", "-c", "url=" + url("") + "; token=" + token + "\ngrep " + purge))
                .contains("{\"Tracked\":1,\"Untracked\":0,\"Removed\":0");
        assertThat(doc.get("dtfc", Document.class).orElseThrow().get("report.txt", Document.class).orElseThrow().text("sha512"))
                .contains(Sha512.of("a report".getBytes(StandardCharsets.UTF_8)));
    }

    private String store(String name) throws Exception {
        Files.write(folder.resolve("upload"), DATA);
        run("curl", "-fsS", "-T", "upload", url("/" + name.replace(" ", "%20")));
        return Sha512.of(DATA);
    }

    /** What it prints; it must not fail. */
    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("no_proxy", "*");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), out).isZero();
        return out;
    }

    private static String url(String path) {
        return node.uri(path).toString();
    }
}
