package apidrive.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import apidrive.problem.ProblemException;

class DocumentsTest {
    private static final ChunkId ID = ChunkId.parse("4D3158B3-6FD2-473E-8648-1D8B3D0E3987").orElseThrow();
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @EnumSource
    void a_format_reads_what_it_wrote(Format format) {
        Document read = format.readDocument(format.write(new Document().with("Id", ID).with("Data", new byte[] {1, 2, 3})
                .with("Size", 3).with("Total", 1L << 40).with("Load", 0.5).with("Ok", true).with("Nothing", null)
                .with("Slots", new Document().with("Free", 7)).with("List", List.of("a", "b"))));

        assertThat(read.id("id")).contains(ID);
        assertThat(read.bytes("DATA")).hasValueSatisfying(data -> assertThat(data).containsExactly(1, 2, 3));
        assertThat(read.number("size")).hasValue(3);
        assertThat(read.number("total")).hasValue(1L << 40);
        assertThat(read.get("load")).contains(0.5);
        assertThat(read.get("ok")).contains(true);
        assertThat(read.get("nothing")).isEmpty();
        assertThat(read.members()).containsKey("Nothing");
        assertThat(((Document) read.get("slots").orElseThrow()).number("free")).hasValue(7);
        assertThat(read.get("list")).contains(List.of("a", "b"));
    }

    @ParameterizedTest
    @EnumSource
    void a_format_reads_the_list_that_it_wrote(Format format) {
        byte[] body = format.write(List.of(new Document().with("N", 1), new Document().with("N", 2)));

        assertThat(format.readDocuments(body)).extracting(one -> one.number("n").getAsLong()).containsExactly(1L, 2L);
        assertThatThrownBy(() -> format.readDocument(body)).isInstanceOf(ProblemException.class);
    }

    @Test
    void instants_survive_in_bson() {
        assertThat(Format.BSON.readDocument(Format.BSON.write(new Document().with("ExpiresAt", NOON))).get("expiresat"))
                .contains(NOON);
    }

    @Test
    void the_golden_store_answer_is_read() {
        Document read = Format.BSON.readDocument(HexFormat.of().parseHex(
                "240000000549640010000000" + "04B358314DD26F3E4786481D8B3D0E3987" + "0A446174610000"));

        assertThat(read.id("Id")).contains(ID);
        assertThat(read.bytes("Data")).isEmpty();
    }

    @Test
    void types_that_a_document_does_not_have_are_left_out() {
        // {"a": ObjectId, "b": 1}
        Document read = Format.BSON.readDocument(HexFormat.of().parseHex(
                "1b000000" + "076100" + "0102030405060708090a0b0c" + "106200" + "01000000" + "00"));

        assertThat(read.members().keySet()).containsExactly("b");
    }

    @ParameterizedTest
    @EnumSource
    void anything_else_is_malformed(Format format) {
        byte[] whole = format.write(new Document().with("Id", ID).with("Data", new byte[] {1, 2, 3}));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> format.readDocument(part)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void deep_nesting_is_malformed_and_not_a_crash() {
        assertThatThrownBy(() -> Format.JSON.readDocument(("{\"a\":" + "[".repeat(900)).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ProblemException.class);
        Document deep = new Document();
        for (int i = 0; i < 90; i++) {
            deep = new Document().with("a", deep);
        }
        byte[] body = Format.BSON.write(deep);
        assertThatThrownBy(() -> Format.BSON.readDocument(body)).isInstanceOf(ProblemException.class);
    }
}
