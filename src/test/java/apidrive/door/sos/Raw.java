package apidrive.door.sos;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One exchange to the byte, without what a library makes of it. */
final class Raw {
    private static final int PATIENCE_MILLIS = 20_000;

    private Raw() {
    }

    /** Everything that comes until the server ends the connection, each byte a character. */
    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
