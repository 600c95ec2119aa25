package apidrive.peer;

import apidrive.wire.NodeId;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** A node's Ed25519 key pair (RFC 8032). It is made at first start and never leaves the node. Threads may share it. */
public final class NodeKey {
    /** Bytes of a raw public key. */
    public static final int PUBLIC_BYTES = 32;
    /** Bytes of a signature. */
    public static final int SIGNATURE_BYTES = 64;
    /** Bytes of {@link #encoded()}. */
    public static final int ENCODED_BYTES = 64;
    private static final String ALGORITHM = "Ed25519";
    /** What stands before the raw bytes in the forms that the JDK reads (RFC 8410 §4 and §7). */
    private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE_PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private final byte[] seed;
    private final byte[] publicKey;
    private final PrivateKey signing;
    private final NodeId id;

    private NodeKey(byte[] seed, byte[] publicKey) {
        this.seed = seed;
        this.publicKey = publicKey;
        this.id = NodeId.of(publicKey);
        try {
            this.signing = KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(joined(PRIVATE_PREFIX, seed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 15 on has Ed25519", e);
        }
    }

    /** A new pair from {@code random}, 32 bytes of which are the whole secret. */
    public static NodeKey generate(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            KeyPair pair = generator.generateKeyPair();
            return new NodeKey(behind(PRIVATE_PREFIX, pair.getPrivate().getEncoded()),
                    behind(PUBLIC_PREFIX, pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 15 on has Ed25519", e);
        }
    }

    /** The pair that {@link #encoded()} gave; IllegalArgumentException when the two halves do not belong together. */
    public static NodeKey ofEncoded(byte[] encoded) {
        if (encoded.length != ENCODED_BYTES) {
            throw new IllegalArgumentException("a node key has 64 bytes, not " + encoded.length);
        }
        NodeKey key = new NodeKey(Arrays.copyOf(encoded, PUBLIC_BYTES),
                Arrays.copyOfRange(encoded, PUBLIC_BYTES, ENCODED_BYTES));
        byte[] proof = key.publicKey;
        if (!verify(key.publicKey, proof, key.sign(proof))) {
            throw new IllegalArgumentException("the secret and the public half of the node key do not match");
        }
        return key;
    }

    /** Whether {@code signature} was made of {@code message} with the secret of {@code publicKey}; false on any fault. */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(joined(PUBLIC_PREFIX, publicKey)));
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    public NodeId id() {
        return id;
    }

    /** The raw public key, 32 bytes, a copy. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** Secret: the seed and the raw public key, 64 bytes, for {@link #ofEncoded}. */
    public byte[] encoded() {
        return joined(seed, publicKey);
    }

    /** The signature of {@code message}, 64 bytes; the same each time. */
    public byte[] sign(byte[] message) {
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(signing);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of our own signs", e);
        }
    }

    /** The id alone: a key is never logged. */
    @Override
    public String toString() {
        return "NodeKey[" + id + "]";
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] behind(byte[] prefix, byte[] encoded) {
        if (!Arrays.equals(prefix, 0, prefix.length, encoded, 0, prefix.length)) {
            throw new IllegalStateException("this Java encodes Ed25519 keys in another way than RFC 8410");
        }
        return Arrays.copyOfRange(encoded, prefix.length, encoded.length);
    }
}
