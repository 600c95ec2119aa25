package apidrive.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.wire.Document;

/** One page of the list of servers, and the query that leads to the next; empty on the last. */
record ServerPage(List<Document> servers, Optional<String> next) {
    private static final Pattern NEXT = Pattern.compile("<(\\?[^<>]*)>\\s*;\\s*rel=\"?next\"?");
    private static final String FIRST = "?limit=10000";  // the most that a server puts on a page

    /** Throws MALFORMED. */
    static ServerPage of(Answer answer) {
        Matcher next = NEXT.matcher(answer.headers().firstValue("Link").orElse(""));
        return new ServerPage(answer.format().readDocuments(answer.body()), next.find() ? Optional.of(next.group(1)) : Optional.empty());
    }

    /** Where the list begins; {@code filters} are further parameters, each after an ampersand. */
    static URI first(ServerUrl server, String filters) {
        return URI.create(server.servers() + FIRST + filters);
    }

    /** Where the list goes on. */
    Optional<URI> next(ServerUrl server) {
        return next.map(query -> URI.create(server.servers() + query));
    }
}
