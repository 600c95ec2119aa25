package apidrive.name;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import apidrive.manifest.ObjectDigests;

/** The names that every object has: what its bytes hash to, in lower-case hexadecimal digits, in a namespace for each algorithm. */
public final class HashNames {
    private static final String SHA1 = "sha1";
    static final String SHA256 = "sha256";
    private static final String SHA512 = "sha512";
    private static final Set<String> NAMESPACES = Set.of(SHA1, SHA256, SHA512);

    private HashNames() {
    }

    public static List<NameKey> of(ObjectDigests digests) {
        return List.of(new NameKey(SHA1, digests.sha1()), sha256(digests.sha256()), new NameKey(SHA512, digests.sha512()));
    }

    public static NameKey sha256(String hex) {
        return new NameKey(SHA256, hex.toLowerCase(Locale.ROOT));
    }

    /** The name of the object whose bytes have this SHA-1, SHA-256 or SHA-512, told apart by its length; empty for any other text. */
    public static Optional<NameKey> parse(String hex) {
        if (!hex.matches("[0-9a-fA-F]*")) {
            return Optional.empty();
        }
        String digits = hex.toLowerCase(Locale.ROOT);
        return switch (digits.length()) {
            case 40 -> Optional.of(new NameKey(SHA1, digits));
            case 64 -> Optional.of(new NameKey(SHA256, digits));
            case 128 -> Optional.of(new NameKey(SHA512, digits));
            default -> Optional.empty();
        };
    }

    public static boolean isHash(String namespace) {
        return NAMESPACES.contains(namespace);
    }

    /** Whether an object of these digests may have this name. */
    public static boolean fits(NameKey key, ObjectDigests digests) {
        return switch (key.namespace()) {
            case SHA1 -> key.name().equals(digests.sha1());
            case SHA256 -> key.name().equals(digests.sha256());
            case SHA512 -> key.name().equals(digests.sha512());
            default -> true;
        };
    }
}
