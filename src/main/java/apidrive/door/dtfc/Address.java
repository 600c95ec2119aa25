package apidrive.door.dtfc;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a path of this door asks for: {@code /first} or {@code /first/option}.
 *
 * @param first  a hash, or a file name
 * @param option empty for none; most are of no meaning, and are passed over
 */
record Address(String first, Optional<String> option) {
    /** Of a hash, in hexadecimal: a path with one is longer. */
    static final int DIGITS = 128;
    private static final Pattern SHA512 = Pattern.compile("[0-9a-fA-F]{" + DIGITS + "}");

    /** Empty for a path that is no address of this door. */
    static Optional<Address> of(String path) {
        String[] segments = path.split("/", -1);
        boolean isOne = segments.length == 2;
        return !isOne && segments.length != 3 || segments[1].isEmpty() ? Optional.empty()
                : Optional.of(new Address(segments[1], isOne || segments[2].isEmpty() ? Optional.empty() : Optional.of(segments[2])));
    }

    /** In lower case; empty where it asks for no hash. */
    Optional<String> sha512() {
        return SHA512.matcher(first).matches() ? Optional.of(first.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    boolean has(String wanted) {
        return option.filter(wanted::equals).isPresent();
    }

    /** Whether only what this node keeps itself is asked for; dtfc looks for the word in whatever the option is. */
    boolean isHereOnly() {
        return option.filter(text -> text.contains("nopeerload")).isPresent();
    }
}
