package apidrive.door.dtfc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({"My File_Name (1).TXT,my-file-name-1.txt", "café.txt,cafe.txt", "x..y.txt,xy.txt", "a/b/c.txt,c.txt",
            "one & two=three+four:five.jpg,one-two-three-four-five.jpg", "Straße Ærø.md,strasse-aero.md", "~tilde~.txt,~tilde~.txt",
            "日本.png,.png", "日本,''", "a---b - c.txt,a-b-c.txt"})
    void a_name_comes_to_what_dtfc_makes_of_it(String name, String plain) {
        assertThat(FileNames.plain(name)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"a.txt,text/plain; charset=utf-8", "A.TXT,text/plain; charset=utf-8", "a.md,text/x-markdown; charset=utf-8", "a.mkv,video/webm",
            "a.jpg,image/jpeg", "a.mp4,video/mp4", "a.pdf,application/pdf", "a.tar.gz,application/gzip", "a.html,text/html; charset=utf-8"})
    void its_ending_tells_the_type(String name, String type) {
        assertThat(FileNames.type(name)).contains(type);
    }

    @Test
    void an_ending_that_nobody_knows_tells_none() {
        assertThat(FileNames.type("a.nobody-knows")).isEmpty();
        assertThat(FileNames.type("README")).isEmpty();
        assertThat(FileNames.type("")).isEmpty();
    }
}
