package apidrive.peer;

import static apidrive.problem.Problem.FOREIGN_NETWORK;
import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.OTHER_PARTITIONS;
import static apidrive.problem.Problem.WRONG_NETWORK_KEY;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import apidrive.wire.NodeId;

/**
 * The header fields of a call between peers: the network's name, how many parts ids fall into, the sender and, in a closed network,
 * a proof by the shared key (HMAC-SHA256, RFC 2104) over path, sender, a random text and the body. The answer is proven over the call's
 * proof and its own body, so that nobody without the key can answer either, nor repeat an old answer. No times stand in it: the clocks of
 * peers may differ by days. A call can therefore be repeated by who overhears it, which TLS prevents; every route is
 * such that doing a call twice does no more than doing it once.
 */
public final class Envelope {
    static final String NETWORK = "Apidrive-Network";
    static final String PARTITIONS = "Apidrive-Partitions";
    static final String SENDER = "Apidrive-Node";
    static final String NONCE = "Apidrive-Nonce";
    /** Of a call and of its answer. */
    public static final String PROOF = "Apidrive-Proof";
    private static final String ALGORITHM = "HmacSHA256";
    private static final String CALL = "apidrive peer call 1";
    private static final String ANSWER = "apidrive peer answer 1";
    private static final int NONCE_BYTES = 16;
    private static final String NONE = "";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");

    /** Who sent a call, and its proof, empty in an open network. */
    public record Opened(NodeId sender, String proof) {
    }

    private final String network;
    private final String partitions;
    private final NodeId self;
    private final SecretKeySpec key;  // null in an open network
    private final SecureRandom random = new SecureRandom();

    /** Of a node that places chunks in {@code 2^partitionBits} parts; {@code key}: what a closed network shares, empty in an open one. */
    public Envelope(String network, int partitionBits, Optional<byte[]> key, NodeId self) {
        this.network = network;
        this.partitions = Integer.toString(1 << partitionBits);
        this.self = self;
        this.key = key.map(bytes -> new SecretKeySpec(bytes, ALGORITHM)).orElse(null);
    }

    /** Whether nodes prove to each other that they share a key. */
    public boolean isClosed() {
        return key != null;
    }

    /** The header fields of a call to {@code path}, which stands below the peer's context. The buffers stay as they are. */
    Map<String, String> seal(String path, List<ByteBuffer> body) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(NETWORK, network);
        fields.put(PARTITIONS, partitions);
        fields.put(SENDER, self.toString());
        if (isClosed()) {
            byte[] bytes = new byte[NONCE_BYTES];
            random.nextBytes(bytes);
            String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            fields.put(NONCE, nonce);
            fields.put(PROOF, ofCall(path, self.toString(), nonce, body));
        }
        return fields;
    }

    /**
     * Refuses a call of another network before its body is read; throws FOREIGN_NETWORK, OTHER_PARTITIONS, or MALFORMED when
     * no sender is named. {@code field} tells header fields, null for one that is missing.
     */
    public NodeId sender(UnaryOperator<String> field) {
        String named = field.apply(NETWORK);
        if (!network.equals(named)) {
            throw FOREIGN_NETWORK.because(named == null ? "the call names no network"
                    : "this node belongs to another network than the call");
        }
        String parts = field.apply(PARTITIONS);
        if (parts != null && !partitions.equals(parts)) {  // nodes of the first networks do not tell
            throw OTHER_PARTITIONS.because("APIDRIVE_PARTITIONS is " + partitions + " on the node that was called and "
                    + (NUMBER.matcher(parts).matches() ? parts : "no number") + " on the one that called: they would look for chunks in "
                    + "different places; all nodes of a network have the same");
        }
        String sender = field.apply(SENDER);
        return Optional.ofNullable(sender).flatMap(NodeId::parse)
                .orElseThrow(() -> MALFORMED.because("the call does not say which node sends it"));
    }

    /** Checks the whole call; throws as {@link #sender}, and WRONG_NETWORK_KEY. */
    public Opened open(String path, UnaryOperator<String> field, byte[] body) {
        NodeId sender = sender(field);
        if (!isClosed()) {
            return new Opened(sender, NONE);
        }
        String proof = field.apply(PROOF);
        String nonce = field.apply(NONCE);
        if (proof == null || nonce == null) {
            throw WRONG_NETWORK_KEY.because("this network is closed: calls are proven by its shared key");
        }
        String wanted = ofCall(path, field.apply(SENDER), nonce, List.of(ByteBuffer.wrap(body)));
        if (!areEqual(proof, wanted)) {
            throw WRONG_NETWORK_KEY.because("the call is not proven by this network's shared key");
        }
        return new Opened(sender, proof);
    }

    /** What the answer to a call with this proof carries in {@link #PROOF}; empty in an open network. */
    public Optional<String> answerProof(String callProof, List<ByteBuffer> answer) {
        return isClosed() ? Optional.of(mac(answer, ANSWER, network, callProof))
                : Optional.empty();
    }

    /** Whether an answer to a call with this proof comes from a node of this network, as far as anything can tell. */
    boolean isProven(String callProof, byte[] answer, String proof) {
        return !isClosed() || proof != null && areEqual(proof, answerProof(callProof, List.of(ByteBuffer.wrap(answer))).orElseThrow());
    }

    private String ofCall(String path, String sender, String nonce, List<ByteBuffer> body) {
        return mac(body, CALL, network, path, sender, nonce);
    }

    /** No text holds a line feed: HTTP forbids it in a field, and names and paths are our own. */
    private String mac(List<ByteBuffer> body, String... texts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String text : texts) {
                mac.update(text.getBytes(UTF_8));
                mac.update((byte) '\n');
            }
            for (ByteBuffer part : body) {
                mac.update(part.duplicate());
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static boolean areEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }
}
