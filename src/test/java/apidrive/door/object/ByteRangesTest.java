package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.ProblemException;

class ByteRangesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bytes=0-9                   | 0-9",
        "bytes=9990-                 | 9990-9999",
        "bytes=-5                    | 9995-9999",
        "bytes=-99999                | 0-9999",
        "Bytes = 100-99999           | 100-9999",
        "bytes=500-600,0-9           | 0-9 500-600",
        "bytes=, 0-0 , ,5000-5000,   | 0-0 5000-5000",
        "bytes=0-9,5-20,1000-1001    | 0-20 1000-1001",
        "bytes=0-9,138-140           | 0-9 138-140",
        "bytes=0-9,137-140           | 0-140",
        "bytes=0-,5-6                | 0-9999",
        "bytes=0-9,10000-            | 0-9",
        "bytes=20000-,-1             | 9999-9999"})
    void those_that_overlap_or_are_near_are_one_and_what_lies_beyond_the_end_is_left_out(String field, String spans) {
        assertThat(text(field, 10_000)).isEqualTo(spans);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes", "bytes=", "bytes=9-1", "bytes=a-b", "bytes=-", "items=0-1", "bytes=0-1;2-3", "bytes=0-1,x",
        "bytes=--5", "bytes=0x1-2", "bytes=9999999999999999999-"})
    void what_is_no_range_brings_the_whole(String field) {
        assertThat(ByteRanges.parse(field, 10_000)).isEmpty();
    }

    @Test
    void no_field_brings_the_whole_and_so_do_more_parts_than_are_worth_it() {
        assertThat(ByteRanges.parse(null, 10_000)).isEmpty();
        assertThat(ByteRanges.parse(many(ByteRanges.MOST), 100_000)).hasSize(ByteRanges.MOST);
        assertThat(ByteRanges.parse(many(ByteRanges.MOST + 1), 100_000)).isEmpty();
        assertThat(ByteRanges.parse("bytes=" + "0-5,".repeat(10_000), 100_000)).as("the same again is one").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"bytes=10000-, 10000", "'bytes=10000-10001,20000-', 10000", "bytes=-0, 10000", "bytes=0-, 0", "bytes=0-0, 0"})
    void what_lies_beyond_the_end_alone_cannot_be_satisfied(String field, long size) {
        assertThatThrownBy(() -> ByteRanges.parse(field, size)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.headers()).containsEntry("Content-Range", "bytes */" + size));
    }

    @Test
    void the_end_of_nothing_is_the_whole_of_it() {
        assertThat(ByteRanges.parse("bytes=-5", 0)).isEmpty();
    }

    @Test
    void places_beyond_two_gib_are_told_as_they_are() {
        long size = 5L << 40;
        assertThat(ByteRanges.parse("bytes=4398046511104-4398046511105", size).get(0).of(size))
                .isEqualTo("bytes 4398046511104-4398046511105/5497558138880");
    }

    private static String many(int count) {
        return "bytes=" + IntStream.range(0, count).mapToObj(i -> i * 1_000 + "-" + (i * 1_000 + 5)).collect(Collectors.joining(","));
    }

    private static String text(String field, long size) {
        return ByteRanges.parse(field, size).stream().map(span -> span.first() + "-" + span.last()).collect(Collectors.joining(" "));
    }
}
