package apidrive.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

class EnvelopeTest {
    private static final String PATH = "/api/peer/x";
    private static final NodeId SENDER = new NodeId(new UUID(1, 2));
    private static final byte[] BODY = "the body".getBytes(US_ASCII);

    private final Envelope open = new Envelope("net", 10, Optional.empty(), SENDER);
    private final Envelope closed = closed("net", "0123456789abcdef");

    @Test
    void a_call_of_this_network_is_opened_and_tells_its_sender() {
        for (Envelope envelope : List.of(open, closed)) {
            Map<String, String> fields = envelope.seal(PATH, List.of(ByteBuffer.wrap(BODY)));
            assertThat(envelope.open(PATH, fields::get, BODY).sender()).isEqualTo(SENDER);
        }
        Map<String, String> inParts = closed.seal(PATH, List.of(ByteBuffer.wrap(BODY, 0, 3), ByteBuffer.wrap(BODY, 3, 5)));
        assertThat(closed.open(PATH, inParts::get, BODY).sender()).isEqualTo(SENDER);
    }

    @Test
    void another_network_no_network_and_no_sender_are_refused() {
        Map<String, String> fields = open.seal(PATH, List.of());
        assertRefused(Problem.FOREIGN_NETWORK, new Envelope("other", 10, Optional.empty(), SENDER), PATH, fields, new byte[0]);
        assertRefused(Problem.FOREIGN_NETWORK, open, PATH, Map.of(), new byte[0]);
        assertRefused(Problem.MALFORMED, open, PATH, Map.of("Apidrive-Network", "net"), new byte[0]);
        assertRefused(Problem.MALFORMED, open, PATH, Map.of("Apidrive-Network", "net", "Apidrive-Node", "me"), new byte[0]);
    }

    @Test
    void other_partitions_are_refused_with_the_setting_and_both_values_and_none_told_is_taken() {
        Map<String, String> fields = new HashMap<>(open.seal(PATH, List.of()));
        Envelope other = new Envelope("net", 12, Optional.empty(), SENDER);

        assertThatThrownBy(() -> other.open(PATH, fields::get, new byte[0])).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem()).isEqualTo(Problem.OTHER_PARTITIONS);
            assertThat(refused.detail()).contains("APIDRIVE_PARTITIONS", "4096 on the node that was called", "1024 on the one that called");
        });
        fields.put("Apidrive-Partitions", "<b>");
        assertThatThrownBy(() -> other.open(PATH, fields::get, new byte[0])).hasMessageNotContaining("<b>");
        fields.remove("Apidrive-Partitions");
        assertThat(other.open(PATH, fields::get, new byte[0]).sender()).as("of a node before it was told").isEqualTo(SENDER);
    }

    @Test
    void whatever_is_changed_on_the_way_breaks_the_proof() {
        Map<String, String> fields = closed.seal(PATH, List.of(ByteBuffer.wrap(BODY)));
        byte[] other = BODY.clone();
        other[7] ^= 1;

        assertRefused(Problem.WRONG_NETWORK_KEY, closed, PATH, fields, other);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed, "/api/peer/y", fields, BODY);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed("net", "0123456789abcdeF"), PATH, fields, BODY);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed, PATH, with(fields, "Apidrive-Node", new UUID(1, 3).toString()), BODY);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed, PATH, with(fields, "Apidrive-Nonce", "AAAAAAAAAAAAAAAAAAAAAA"), BODY);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed, PATH, with(fields, "Apidrive-Proof", ""), BODY);
        assertRefused(Problem.WRONG_NETWORK_KEY, closed, PATH, open.seal(PATH, List.of(ByteBuffer.wrap(BODY))), BODY);
    }

    @Test
    void an_answer_is_proven_for_the_one_call_it_was_made_for() {
        String call = closed.seal(PATH, List.of(ByteBuffer.wrap(BODY))).get(Envelope.PROOF);
        String another = closed.seal(PATH, List.of(ByteBuffer.wrap(BODY))).get(Envelope.PROOF);
        String proof = closed.answerProof(call, List.of(ByteBuffer.wrap(BODY))).orElseThrow();

        assertThat(another).as("the same call twice").isNotEqualTo(call);
        assertThat(closed.isProven(call, BODY, proof)).isTrue();
        assertThat(closed.isProven(another, BODY, proof)).isFalse();
        assertThat(closed.isProven(call, new byte[0], proof)).isFalse();
        assertThat(closed.isProven(call, BODY, null)).isFalse();
        assertThat(closed.isProven(call, BODY, call)).as("the call's own proof").isFalse();
        assertThat(open.answerProof("", List.of(ByteBuffer.wrap(BODY)))).isEmpty();
    }

    private static Envelope closed(String network, String key) {
        return new Envelope(network, 10, Optional.of(key.getBytes(US_ASCII)), SENDER);
    }

    private static Map<String, String> with(Map<String, String> fields, String name, String value) {
        Map<String, String> changed = new HashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    private static void assertRefused(Problem problem, Envelope receiver, String path, Map<String, String> fields, byte[] body) {
        assertThatThrownBy(() -> receiver.open(path, fields::get, body)).isInstanceOfSatisfying(ProblemException.class,
                refusal -> assertThat(refusal.problem()).isEqualTo(problem));
    }
}
