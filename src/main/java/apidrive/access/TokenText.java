package apidrive.access;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token as its bearer knows it: {@code apidrive_}, its id in 32 hexadecimal digits, an underscore and its secret.
 *
 * @param secret as {@link Secret#random} makes it; nothing else can prove who has it
 */
record TokenText(UUID id, String secret) {
    private static final String BEGINNING = "apidrive_";
    private static final Pattern TEXT = Pattern.compile(BEGINNING + "([0-9a-f]{32})_([A-Za-z0-9_-]{43})");

    /** A fresh one. */
    static TokenText random() {
        return new TokenText(UUID.randomUUID(), Secret.random());
    }

    /** Empty for what is no token. */
    static Optional<TokenText> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() ? Optional.of(new TokenText(uuid(parts.group(1)), parts.group(2))) : Optional.empty();
    }

    /** The whole text, as {@link #parse} reads it. */
    String text() {
        return BEGINNING + id.toString().replace("-", "") + "_" + secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return id.toString();
    }

    private static UUID uuid(String digits) {
        return new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
    }
}
