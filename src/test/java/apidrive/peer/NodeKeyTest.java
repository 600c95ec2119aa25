package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import apidrive.wire.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NodeKeyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    @Test
    void signs_as_rfc_8032_says() {
        NodeKey key = NodeKey.ofEncoded(HEX.parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));

        assertThat(HEX.formatHex(key.sign(new byte[0]))).isEqualTo("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d87"
                + "3e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    }

    @Test
    void signatures_verify_in_another_implementation() throws Exception {
        NodeKey key = SimKeys.get(0);
        byte[] x509 = HEX.parseHex("302a300506032b6570032100" + HEX.formatHex(key.publicKey()));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
        verifier.update(MESSAGE);

        assertThat(verifier.verify(key.sign(MESSAGE))).isTrue();
    }

    @Test
    void a_signature_is_of_one_key_and_one_message() {
        byte[] signature = SimKeys.get(0).sign(MESSAGE);

        assertThat(NodeKey.verify(SimKeys.get(0).publicKey(), MESSAGE, signature)).isTrue();
        assertThat(NodeKey.verify(SimKeys.get(1).publicKey(), MESSAGE, signature)).isFalse();
        assertThat(NodeKey.verify(SimKeys.get(0).publicKey(), new byte[0], signature)).isFalse();
        assertThat(NodeKey.verify(new byte[32], MESSAGE, new byte[64])).isFalse();
        assertThat(NodeKey.verify(new byte[5], MESSAGE, new byte[7])).isFalse();
    }

    @Test
    void the_id_is_the_hash_of_the_public_key_as_a_guid_of_version_8() throws Exception {
        NodeKey key = NodeKey.generate(new SecureRandom());
        byte[] hash = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.publicKey()), NodeId.BYTES);
        hash[6] = (byte) (hash[6] & 0x0F | 0x80);
        hash[8] = (byte) (hash[8] & 0x3F | 0x80);

        assertThat(key.id().toBytes()).isEqualTo(hash);
        assertThat(key.id().uuid().version()).isEqualTo(8);
        assertThat(key.id().uuid().variant()).isEqualTo(2);
        assertThat(NodeId.parse(key.id().toString())).contains(key.id());
        assertThat(NodeId.ofBytes(key.id().toBytes())).isEqualTo(key.id());
    }

    @Test
    void what_was_encoded_is_the_same_key_again() {
        NodeKey key = NodeKey.generate(new SecureRandom());
        NodeKey again = NodeKey.ofEncoded(key.encoded());

        assertThat(again.id()).isEqualTo(key.id());
        assertThat(again.sign(MESSAGE)).isEqualTo(key.sign(MESSAGE));
    }

    @Test
    void halves_that_do_not_belong_together_are_no_key() {
        byte[] mixed = SimKeys.get(0).encoded();
        mixed[63] ^= 1;

        assertThatThrownBy(() -> NodeKey.ofEncoded(mixed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NodeKey.ofEncoded(new byte[32])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void no_text_shows_the_secret() {
        NodeKey key = SimKeys.get(0);

        assertThat(key.toString()).isEqualTo("NodeKey[" + key.id() + "]");
    }
}
