package apidrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The README's lines for a shell, as whoever copies them executes them. */
public final class ReadmeLines {
    /** Comes before lines of which none may be refused. A stream without end has told enough after a while. */
    public static final String NONE_IS_REFUSED = """
            curl() {
              case "$*" in
                *text/event-stream*) command curl -f --max-time 3 "$@" || [ $? = 28 ];;
                *) command curl -f "$@";;
              esac
            }
            """;

    private ReadmeLines() {
    }

    /** What stands below a heading of the second level. */
    public static String section(String heading) throws IOException {
        return Files.readString(Path.of("README.md")).split("\n## " + heading + "\n")[1].split("\n## ")[0];
    }

    /** The blocks of lines in it, each with its last line's end. */
    public static List<String> blocks(String heading) throws IOException {
        return Arrays.stream(section(heading).split("```sh\n")).skip(1).map(block -> block.split("```")[0]).toList();
    }

    /** What a bash prints that executes these in {@code folder} and ends at the first line that fails, which none may. */
    public static String run(Path folder, String... lines) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", String.join("\n", lines)).directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("no_proxy", "*");
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }
}
