package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files as SOS read them (SOS-15, 16, 18, 26), and what people make of them. */
class SeedFileTest {
    @Test
    void a_plain_file_has_one_url_a_line_and_comments() {
        SeedFile file = SeedFile.parse("# blob servers\n\n  http://one.example:3001/ \nhttps://two.example # the other\r\n#http://three\n");

        assertThat(file.urls()).containsExactly("http://one.example:3001/", "https://two.example");
        assertThat(file.faults()).isEmpty();
    }

    @Test
    void a_number_behind_the_url_is_a_weight_and_the_larger_goes_first() {
        assertThat(SeedFile.parse("http://one/ 10\nhttp://two/\nhttp://three/ 200\nhttp://four/ 10").urls())
                .containsExactly("http://three/", "http://one/", "http://four/", "http://two/");
    }

    @Test
    void of_groups_the_first_of_each_comes_before_the_second_of_any() {
        assertThat(SeedFile.parse("""
                [one]
                -: http://a1/
                -:http://a2/
                -: http://a3/
                [ two ]
                - : http://b1/ 1
                -: http://b2/ 5
                """).urls()).containsExactly("http://a1/", "http://b2/", "http://a2/", "http://b1/", "http://a3/");
    }

    @Test
    void plain_lines_in_a_grouped_file_belong_to_the_group_they_stand_in() {
        assertThat(SeedFile.parse("http://first/\n[g]\nhttp://second/").urls()).containsExactly("http://first/", "http://second/");
    }

    @Test
    void a_url_named_twice_counts_once_and_what_is_no_url_is_told() {
        SeedFile file = SeedFile.parse("http://a/\nftp://b/\nhttp://a/\nhttp://c/ many\n-: http://d/\n");

        assertThat(file.urls()).containsExactly("http://a/");
        assertThat(file.faults()).hasSize(3).allMatch(fault -> fault.matches("line [245] .*"));
        assertThat(SeedFile.parse("").urls()).isEmpty();
    }
}
