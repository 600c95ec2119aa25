package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void takes_the_place_of_the_last_one_between_its_marks() {
        String document = "before\n" + Report.BEGIN + "old\n" + Report.END + "\nafter\n";

        assertThat(Report.put(document, "\nnew\n\n")).isEqualTo("before\n" + Report.BEGIN + "new\n" + Report.END + "\nafter\n");
    }

    @Test
    void goes_nowhere_without_both_marks_in_order() {
        assertThatIllegalArgumentException().isThrownBy(() -> Report.put("no marks", "new"));
        assertThatIllegalArgumentException().isThrownBy(() -> Report.put(Report.END + "\n" + Report.BEGIN, "new"));
    }
}
