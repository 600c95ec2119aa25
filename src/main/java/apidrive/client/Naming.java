package apidrive.client;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.wire.ChunkId;
import apidrive.wire.Format;

/** Gives objects names, and asks for what names mean. */
final class Naming {
    private static final int MOST_ANSWER = 64 << 10;

    private final Http http;
    private final Duration patience;

    Naming(Http http, Duration patience) {
        this.http = http;
        this.patience = patience;
    }

    /** {@code query} holds further wishes, each after an ampersand. Throws a {@link CommandFailure}. */
    URI give(NamePath name, ChunkId root, ServerUrl server, String query) throws InterruptedException {
        URI url = server.name(name, "?root=" + root + query);
        Answer answer = new Perseverance(patience).answer(server, () -> http.exchange("PUT", url, BodyPublishers.noBody(),
                Map.of("Accept", Format.JSON_TYPE), MOST_ANSWER));
        if (!answer.isSuccess()) {
            throw new CommandFailure(ExitCode.FAILED, server + ": " + answer.words());
        }
        return server.name(name, "");
    }

    /** The root of the object that the name means, as the first of the servers says that knows one. Throws a {@link CommandFailure}. */
    ChunkId root(NamePath name, List<ServerUrl> servers) throws InterruptedException {
        String complaint = "";
        for (ServerUrl server : servers) {
            try {
                Answer answer = new Perseverance(patience).answer(server, () -> http.head(server.name(name, "")));
                Optional<ChunkId> root = answer.headers().firstValue("Content-Location")
                        .flatMap(path -> ChunkId.parse(path.substring(path.lastIndexOf('/') + 1)));
                if (answer.isSuccess() && root.isPresent()) {
                    return root.get();
                }
                complaint = server + ": " + answer.words();
            } catch (CommandFailure e) {
                complaint = e.getMessage();
            }
        }
        throw new CommandFailure(ExitCode.FAILED, "nobody knows what " + name + " means: " + complaint);
    }
}
