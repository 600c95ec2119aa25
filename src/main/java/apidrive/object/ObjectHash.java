package apidrive.object;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import apidrive.manifest.ObjectDigests;

/** The digests of an object, made in one pass. */
final class ObjectHash {
    private final MessageDigest sha1;
    private final MessageDigest sha256;
    private final MessageDigest sha512;
    private long bytes;

    ObjectHash() {
        this(made("SHA-1"), made("SHA-256"), made("SHA-512"), 0);
    }

    private ObjectHash(MessageDigest sha1, MessageDigest sha256, MessageDigest sha512, long bytes) {
        this.sha1 = sha1;
        this.sha256 = sha256;
        this.sha512 = sha512;
        this.bytes = bytes;
    }

    void update(byte[] data) {
        sha1.update(data);
        sha256.update(data);
        sha512.update(data);
        bytes += data.length;
    }

    /** So far. */
    long bytes() {
        return bytes;
    }

    /** One that goes its own way from here. */
    ObjectHash copy() {
        try {
            return new ObjectHash((MessageDigest) sha1.clone(), (MessageDigest) sha256.clone(), (MessageDigest) sha512.clone(), bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the digests of this Java cannot be copied", e);
        }
    }

    /** What all of it hashes to; there is nothing more to be done then. */
    ObjectDigests digests() {
        return ObjectDigests.of(sha1.digest(), sha256.digest(), sha512.digest());
    }

    static MessageDigest made(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
