package apidrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import apidrive.config.Setting;
import apidrive.problem.Problem;

/** The README says what is true of the code. */
class ReadmeTest {
    @Test
    void the_table_of_settings_is_that_of_the_code() throws IOException {
        List<String> rows = Arrays.stream(Setting.values()).map(setting -> "| `" + setting.environmentKey() + "` | "
                + (setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`") + " | " + setting.meaning()
                + " |").toList();

        assertThat(readme().lines().filter(line -> line.startsWith("| `APIDRIVE_")).toList()).isEqualTo(rows);
    }

    @Test
    void every_problem_is_explained() throws IOException {
        for (Problem problem : Problem.values()) {
            String name = problem.type().substring("urn:apidrive:problem:".length());
            assertThat(readme()).as(name).contains("`" + name + "`");
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
