package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import apidrive.problem.ProblemException;

/** A length in BSON that is not true costs neither memory nor time: the document is malformed. */
@Timeout(10)
class LyingLengthsTest {
    private static final int[] LENGTHS = {Integer.MAX_VALUE, Integer.MAX_VALUE - 12, 1 << 30, 1 << 20, -1, Integer.MIN_VALUE};

    @ParameterizedTest
    @CsvSource({
        "binary Data,        0544617461 00, 00",
        "old binary Data,    0544617461 00, 02",
        "binary Id,          054964 00,     04",
        "string Id,          024964 00,     ''",
        "unknown binary,     0578 00,       00",
        "unknown string,     0278 00,       ''",
        "unknown document,   0378 00,       ''",
        "unknown array,      0478 00,       ''",
        "unknown pointer,    0C78 00,       ''",
        "unknown code,       0F78 00,       ''"})
    void is_malformed(String what, String head, String subtype) {
        for (int length : LENGTHS) {
            byte[] body = body(head, length, subtype);
            assertThatThrownBy(() -> Format.BSON.readRequest(body)).as("%s of %d bytes", what, length)
                    .isInstanceOfSatisfying(ProblemException.class, failure -> assertThat(failure.problem()).isEqualTo(MALFORMED));
        }
    }

    private static byte[] body(String head, int length, String subtype) {
        byte[] before = hex(head);
        byte[] after = hex(subtype + "0102030000");
        int size = Integer.BYTES + before.length + Integer.BYTES + after.length;
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(size).put(before).putInt(length).put(after)
                .array();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
