package apidrive.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The token that opens a server's administration, as a file or standard input holds it. */
final class AdminToken {
    private static final String STANDARD_INPUT = "-";
    private static final int MOST_BYTES = 4_096;

    private AdminToken() {
    }

    /** Reads it; throws a {@link CommandFailure} where there is none. */
    static String read(String file) {
        try {
            byte[] bytes = file.equals(STANDARD_INPUT) ? System.in.readNBytes(MOST_BYTES) : Files.readAllBytes(Path.of(file));
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.matches("[\\x21-\\x7E]+")) {
                return text;
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "the token cannot be read: " + e);
        }
        throw new CommandFailure(ExitCode.FAILED, file + " holds no admin token");
    }
}
