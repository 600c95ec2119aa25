package apidrive.client;

import java.time.Duration;

import apidrive.wire.Document;
import picocli.CommandLine.Option;

/** Which server is told something, and by what right. */
final class AdminOptions {
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

    /** Likewise, of a page of what it compares. */
    Document fsck(Document page, Duration limit) throws InterruptedException {
        return NodeQuery.administer(server, "POST", server.fsck(), page, token(), limit);
    }

    ServerUrl server() {
        return server;
    }

    /** Read once: standard input has it no second time. */
    private String token() {
        if (token == null) {
            token = AdminToken.read(tokenFile);
        }
        return token;
    }
}
