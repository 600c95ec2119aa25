package apidrive.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdRangeTest {
    @Test
    void holds_every_id_that_begins_so_and_no_other() {
        IdRange range = IdRange.of("4D31-").orElseThrow();

        assertThat(range.after().toString()).isEqualTo("4d30ffff-ffff-ffff-ffff-ffffffffffff");
        assertThat(range.last().toString()).isEqualTo("4d31ffff-ffff-ffff-ffff-ffffffffffff");
    }

    @Test
    void of_a_whole_id_holds_it_alone() {
        IdRange range = IdRange.of("{80000000-0000-8000-8000-000000000000}").orElseThrow();

        assertThat(range.after().toString()).isEqualTo("80000000-0000-8000-7fff-ffffffffffff");
        assertThat(range.last().toString()).isEqualTo("80000000-0000-8000-8000-000000000000");
    }

    @Test
    void of_nothing_holds_all() {
        IdRange range = IdRange.of(" ").orElseThrow();

        assertThat(range.after().toString()).isEqualTo("00000000-0000-0000-0000-000000000000");
        assertThat(range.last().toString()).isEqualTo("ffffffff-ffff-ffff-ffff-ffffffffffff");
    }

    @Test
    void is_none_of_other_text() {
        assertThat(IdRange.of("4x")).isEmpty();
        assertThat(IdRange.of("0".repeat(33))).isEmpty();
    }
}
