package apidrive.door.dtfc;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/** A list of SHA-512s in ascending order, one a line, read as it comes; lines may be blank and hashes repeated. */
final class HashLines {
    private static final int LONGEST = 200;  // bytes of a line

    private final InputStream in;
    private String last = "";
    private long count;

    /** {@code in} is best buffered. */
    HashLines(InputStream in) {
        this.in = in;
    }

    /** The next, in lower case; empty after the last. Throws MALFORMED for what is none, or is out of order. */
    Optional<String> next() throws IOException {
        StringBuilder line = new StringBuilder();
        int read;
        do {
            read = in.read();
            if (read >= 0 && read != '\n') {
                line.append((char) read);
            } else if (!line.toString().isBlank()) {
                return Optional.of(checked(line.toString().strip().toLowerCase(Locale.ROOT)));
            } else {
                line.setLength(0);
            }
        } while (read >= 0 && line.length() <= LONGEST);
        if (read >= 0) {
            throw MALFORMED.because("after " + count + " hashes comes a line of more than " + LONGEST + " bytes");
        }
        return Optional.empty();
    }

    /** Lines with a hash so far. */
    long count() {
        return count;
    }

    private String checked(String line) {
        if (Address.of("/" + line).flatMap(Address::sha512).isEmpty()) {
            throw MALFORMED.because("'" + line + "' is no SHA-512 of 128 hexadecimal digits");
        }
        if (line.compareTo(last) < 0) {
            throw MALFORMED.because("the list is not in order, which LC_ALL=C sort -u makes: " + line + " comes after " + last);
        }
        last = line;
        count++;
        return line;
    }
}
