package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;

class BodiesTest {
    private static final int MOST = 4 * 1024 * 1024;
    private static final int AT_ONCE = 72 * 1024;  // bytes for which there is room before any come
    private static final int DRIP = 1_000;  // bytes a read

    @ParameterizedTest
    @ValueSource(ints = {0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 4 * AT_ONCE, 4 * AT_ONCE + 1, 16 * AT_ONCE + 1, MOST})
    void a_body_comes_whole_whatever_room_has_to_be_made_for_it(int size) {
        byte[] body = body(size);

        assertThat(Bodies.read(new ByteArrayInputStream(body), size, MOST)).isEqualTo(body);
        assertThat(Bodies.read(dripping(body), size, MOST)).as("in small pieces").isEqualTo(body);
        assertThat(Bodies.read(dripping(body), -1, MOST)).as("of unknown length").isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, AT_ONCE, AT_ONCE + 1, 4 * AT_ONCE + 1})
    void a_body_that_breaks_off_is_malformed_wherever_that_is(int declared) {
        assertRefused(Problem.MALFORMED, declared - 1, declared);
    }

    @Test
    void a_body_beyond_the_bound_is_too_large_declared_or_not() {
        assertRefused(Problem.TOO_LARGE, 0, MOST + 1);
        assertRefused(Problem.TOO_LARGE, MOST + 1, -1);
    }

    private static void assertRefused(Problem why, int size, int declared) {
        assertThatThrownBy(() -> Bodies.read(dripping(body(size)), declared, MOST))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem()).isEqualTo(why));
    }

    private static byte[] body(int size) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        return body;
    }

    private static InputStream dripping(byte[] body) {
        return new FilterInputStream(new ByteArrayInputStream(body)) {
            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                return super.read(into, from, Math.min(most, DRIP));
            }
        };
    }
}
