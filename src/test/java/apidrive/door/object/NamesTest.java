package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.manifest.Label;
import apidrive.object.UploadMetadata;
import apidrive.problem.ProblemException;
import apidrive.wire.Disposition;

/** What objects are called, on the way in and out. */
class NamesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "plain.txt   | inline; filename=\"plain.txt\"",
        "two words   | inline; filename=\"two words\"",
        "naïve.txt   | inline; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt",
        "100%.txt    | inline; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt",
        "a\"b\\c     | inline; filename=\"a_b_c\"; filename*=UTF-8''a%22b%5Cc",
        "€ rates     | inline; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"})
    void a_name_is_written_in_ascii_and_where_that_is_not_it_in_utf_8_as_well(String name, String field) {
        assertThat(Disposition.of(false, Optional.of(name))).isEqualTo(field);
    }

    @Test
    void whatever_is_written_is_read_again_and_breaks_no_line() {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            String name = random.ints(1 + random.nextInt(20), 0x20, 0x2FF).filter(c -> !Character.isISOControl(c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append) + "\uD83D\uDE00";
            String field = Disposition.of(true, Optional.of(name));

            assertThat(field).matches("[ -~]+");
            assertThat(Disposition.fileName(field)).contains(name);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "attachment; filename=a.txt                        | a.txt",
        "attachment; filename=\"a b;c.txt\"                | a b;c.txt",
        "attachment; FileName=\"a\\\"b\"                   | a\"b",
        "form-data; name=x; filename=\"a.txt\"             | a.txt",
        "attachment; filename=\"x\"; filename*=utf-8'en'%e2%82%ac.txt | €.txt",
        "attachment; filename*=UTF-8''a%20b; filename=\"x\" | a b"})
    void the_name_of_an_upload_is_read_in_any_form(String field, String name) {
        assertThat(Disposition.fileName(field)).contains(name);
    }

    @Test
    void no_name_is_none_and_one_in_another_charset_is_refused() {
        assertThat(Disposition.fileName("attachment")).isEmpty();
        assertThat(Disposition.of(true, Optional.empty())).isEqualTo("attachment");
        assertThatThrownBy(() -> Disposition.fileName("attachment; filename*=iso-8859-1''%e4")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> Disposition.fileName("attachment; filename*=utf-8''%e4")).isInstanceOf(ProblemException.class);
    }

    @Test
    void of_a_path_the_last_segment_counts_and_what_is_no_name_is_refused() {
        assertThat(Label.of(null, "C:\\photos\\a.jpg").fileName()).contains("a.jpg");
        assertThat(Label.of(null, "../../etc/passwd").fileName()).contains("passwd");
        assertThat(Label.of(null, " ").fileName()).isEmpty();
        for (String wrong : new String[] {"..", "a/", "a\r\nSet-Cookie: x", "é".repeat(128)}) {
            assertThatThrownBy(() -> Label.of(null, wrong)).as(wrong).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void a_type_is_kept_as_it_was_told_and_a_form_and_nothing_are_bytes() {
        assertThat(Label.of(" text/plain; charset=\"utf-8\" ", null).mediaType()).isEqualTo("text/plain; charset=\"utf-8\"");
        assertThat(Label.of("application/x-www-form-urlencoded", null)).isEqualTo(Label.NONE);
        assertThat(Label.of(null, null)).isEqualTo(Label.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "text/", "text/html\r\nX: y", "a/b;c", "a b/c", "text/html; a=\"b"})
    void what_is_no_type_is_refused(String type) {
        assertThatThrownBy(() -> Label.of(type, null)).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @CsvSource({"image/png,true", "video/mp4,true", "audio/ogg,true", "text/plain,true", "application/pdf,true", "text/html,false",
        "image/svg+xml,false", "application/xhtml+xml,false", "text/xml,false", "text/javascript,false", "application/octet-stream,false"})
    void only_what_cannot_run_is_shown(String type, boolean isShown) {
        assertThat(Presentation.isShown(type)).isEqualTo(isShown);
    }

    @Test
    void the_metadata_of_an_upload_names_it_as_the_common_clients_do() {
        assertThat(UploadMetadata.label("filename d29ybGQucG5n,filetype aW1hZ2UvcG5n,is_confidential"))
                .isEqualTo(Label.of("image/png", "world.png"));
        assertThat(UploadMetadata.label("name d29ybGQucG5n, type aW1hZ2UvcG5n")).isEqualTo(Label.of("image/png", "world.png"));
        assertThat(UploadMetadata.label(null)).isEqualTo(Label.NONE);
        assertThatThrownBy(() -> UploadMetadata.label("filename !")).isInstanceOf(ProblemException.class);
    }
}
