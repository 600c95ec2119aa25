package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    private static final NodeId A = SimKeys.get(0).id();
    private static final NodeId B = SimKeys.get(1).id();
    private static final List<Rumour> RUMOURS = List.of(new Rumour.Suspected(A, 300, B), new Rumour.Died(B, 0, A),
            new Rumour.Announced(Announcement.sign(SimKeys.get(0), "net", SimNode.profile(0), 1L << 40)));

    static Stream<Message> messages() {
        return Stream.of(new Message.Ping(A, 1, B, Long.MAX_VALUE, RUMOURS), new Message.Ping(A, 1, B, 0, List.of()),
                new Message.Ack(B, 127, new Vitals(1L << 33, 0.75f), RUMOURS),
                new Message.PingRequest(A, B, 128, 880, RUMOURS), new Message.Nack(A, B, RUMOURS));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void is_the_same_once_encoded_and_read(Message message) {
        assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void cut_short_anywhere_is_malformed(Message message) {
        byte[] whole = MessageCodec.encode(message);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> MessageCodec.decode(cut)).isInstanceOfSatisfying(ProblemException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED));
        }
    }

    @Test
    void whatever_bytes_come_are_read_or_malformed() {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] valid = messages().map(MessageCodec::encode).toArray(byte[][]::new);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = valid[i % valid.length].clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(Math.min(bytes.length, 90))] = (byte) random.nextInt(256);
            }
            try {
                assertThat(MessageCodec.decode(bytes)).isNotNull();
            } catch (ProblemException e) {
                assertThat(e.problem()).isEqualTo(Problem.MALFORMED);
            }
        }
    }

    @Test
    void more_than_a_message_may_have_is_not_read() {
        byte[] tooLong = Arrays.copyOf(MessageCodec.encode(new Message.Nack(A, B, List.of())), Message.MAX_BYTES + 1);

        assertThatThrownBy(() -> MessageCodec.decode(tooLong)).isInstanceOf(ProblemException.class);
    }

    @Test
    void a_rumour_takes_as_many_bytes_as_it_says() {
        int empty = MessageCodec.encode(new Message.Nack(A, B, List.of())).length;
        for (Rumour rumour : RUMOURS) {
            assertThat(MessageCodec.encode(new Message.Nack(A, B, List.of(rumour))).length - empty)
                    .isEqualTo(MessageCodec.size(rumour));
        }
    }
}
