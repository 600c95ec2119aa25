package apidrive.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import apidrive.wire.Document;
import picocli.CommandLine.Option;

/** Which server is told something, and by what right. */
final class AdminOptions {
    private static final String STANDARD_INPUT = "-";
    private static final int MOST_BYTES = 4_096;

    @Option(names = "--server", paramLabel = "URL", required = true, description = "The server to tell.")
    private ServerUrl server;

    @Option(names = "--token-file", paramLabel = "FILE", required = true, description = "File with an admin token, made on the "
            + "server's admin page under Access; - reads it from standard input.")
    private String tokenFile;

    private String token;

    /** What the server's network administration answers; throws a {@link CommandFailure} when it refuses. */
    Document tell(String method, String path, Document body, Duration limit) throws InterruptedException {
        return NodeQuery.administer(server, method, server.network(path), body, token(), limit);
    }

    /** Read once: standard input has it no second time. */
    private String token() {
        if (token == null) {
            token = read();
        }
        return token;
    }

    private String read() {
        try {
            byte[] bytes = tokenFile.equals(STANDARD_INPUT) ? System.in.readNBytes(MOST_BYTES)
                    : Files.readAllBytes(Path.of(tokenFile));
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.matches("[\\x21-\\x7E]+")) {
                return text;
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "the token cannot be read: " + e);
        }
        throw new CommandFailure(ExitCode.FAILED, tokenFile + " holds no admin token");
    }
}
