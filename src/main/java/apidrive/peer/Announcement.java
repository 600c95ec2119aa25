package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.wire.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a node says of itself, signed by it. The highest sequence that verifies wins; it is what SWIM calls the
 * incarnation. The packed form is kept as it came, so that a signature over fields of a later version still verifies:
 * a version byte, the public key (32), the signature (64), the sequence (8), the {@link Profile}, then whatever a later
 * version may have added.
 */
public final class Announcement {
    /** Most bytes of a packed announcement. */
    public static final int MAX_BYTES = 768;
    /** Bytes of key and signature, which no compression shrinks. */
    static final int PROOF_BYTES = NodeKey.PUBLIC_BYTES + NodeKey.SIGNATURE_BYTES;
    static final int BODY_FROM = 1 + PROOF_BYTES;
    static final int PROFILE_FROM = BODY_FROM + Long.BYTES;
    private static final int FORMAT = 1;
    private static final int SIGNATURE_FROM = 1 + NodeKey.PUBLIC_BYTES;
    /** Says what is signed, so that no signature made for another purpose passes for an announcement. */
    private static final String PURPOSE = "apidrive announcement";

    private final byte[] packed;
    private final NodeId id;
    private final long sequence;
    private Profile profile;

    private Announcement(byte[] packed, NodeId id) {
        this.packed = packed;
        this.id = id;
        this.sequence = sequenceOf(packed);
    }

    /** What {@code key}'s node says of itself from now on, in the network of this name. */
    public static Announcement sign(NodeKey key, String network, Profile profile, long sequence) {
        Packer body = new Packer().put64(sequence);
        profile.pack(body);
        byte[] publicKey = key.publicKey();
        byte[] signature = key.sign(signed(network, publicKey, body.toBytes()));
        return new Announcement(new Packer().put8(FORMAT).putRaw(publicKey).putRaw(signature).putRaw(body.toBytes())
                .toBytes(), key.id());
    }

    /** Reads a packed form without trusting it: {@link #verify} comes next. Throws MALFORMED. */
    public static Announcement of(byte[] packed) {
        if (packed.length > MAX_BYTES || packed.length < PROFILE_FROM || packed[0] != FORMAT) {
            throw MALFORMED.because("no announcement of format " + FORMAT);
        }
        if (sequenceOf(packed) < 0) {
            throw MALFORMED.because("a sequence below 0");
        }
        return new Announcement(packed, NodeId.of(Arrays.copyOfRange(packed, 1, SIGNATURE_FROM)));
    }

    /** Of bytes that passed {@link #of} before and whose id is known; they are not copied. */
    static Announcement known(byte[] packed, NodeId id) {
        return new Announcement(packed, id);
    }

    static long sequenceOf(byte[] packed) {
        return new Unpacker(packed, BODY_FROM, packed.length).get64();
    }

    /** Whether the node of this id made it, for the network of this name. Takes a fraction of a millisecond. */
    public boolean verify(String network) {
        byte[] publicKey = publicKey();
        return NodeKey.verify(publicKey,
                signed(network, publicKey, Arrays.copyOfRange(packed, BODY_FROM, packed.length)),
                Arrays.copyOfRange(packed, SIGNATURE_FROM, BODY_FROM));
    }

    public NodeId id() {
        return id;
    }

    public byte[] publicKey() {
        return Arrays.copyOfRange(packed, 1, SIGNATURE_FROM);
    }

    public long sequence() {
        return sequence;
    }

    /** What it says. Throws MALFORMED when that breaks a rule; of one that was admitted it does not. */
    public Profile profile() {
        if (profile == null) {
            profile = Profile.unpack(new Unpacker(packed, PROFILE_FROM, packed.length));
        }
        return profile;
    }

    /** The packed form, a copy: what is stored and sent. */
    public byte[] toBytes() {
        return packed.clone();
    }

    byte[] packed() {
        return packed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Announcement announcement && Arrays.equals(packed, announcement.packed);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    @Override
    public String toString() {
        return "Announcement[" + id + " sequence " + sequence + "]";
    }

    private static byte[] signed(String network, byte[] publicKey, byte[] body) {
        return new Packer().putRaw(PURPOSE.getBytes(StandardCharsets.US_ASCII)).put8(0).putText(network)
                .put8(FORMAT).putRaw(publicKey).putRaw(body).toBytes();
    }
}
