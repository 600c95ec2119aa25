package apidrive.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

import apidrive.wire.ChunkId;

/**
 * The address of an API Drive server.
 *
 * @param base absolute, http or https, with the context path if there is one, without a slash at the end
 */
record ServerUrl(URI base) {
    private static final String API = "/api/drive";
    private static final String RETRIEVE = API + "/retrieve";
    private static final String STORE = API + "/store";

    /** Reads what a user types; throws {@link IllegalArgumentException} with words for the user. */
    static ServerUrl parse(String text) {
        try {
            URI url = new URI(text.strip());
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https") || url.getHost() == null) {
                throw new IllegalArgumentException("'" + text + "' is not an absolute http or https URL");
            }
            if (url.getRawQuery() != null || url.getRawFragment() != null || url.getRawUserInfo() != null) {
                throw new IllegalArgumentException("'" + text + "' has parts that a server's URL cannot have");
            }
            String path = url.getRawPath();
            for (String tail : new String[] {"/", STORE, RETRIEVE, API, "/"}) {
                path = without(path, tail);
            }
            return new ServerUrl(URI.create(scheme + "://" + url.getRawAuthority().toLowerCase(Locale.ROOT) + path));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a URL: " + e.getReason());
        }
    }

    /** As {@link #parse}; empty for what is no server's address. */
    static Optional<ServerUrl> understood(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The server that has this retrieve endpoint; empty when its path is not that of an API Drive server. */
    static Optional<ServerUrl> ofRetrieve(URI retrieve) {
        String path = without(retrieve.getRawPath(), "/");
        if (!path.toLowerCase(Locale.ROOT).endsWith(RETRIEVE) || retrieve.getRawQuery() != null) {
            return Optional.empty();
        }
        return Optional.of(new ServerUrl(URI.create(retrieve.getScheme() + "://" + retrieve.getRawAuthority()
                + without(path, RETRIEVE))));
    }

    URI store() {
        return at(STORE);
    }

    URI retrieve() {
        return at(RETRIEVE);
    }

    /** The chunk as this server itself keeps it, whatever others of its network do. */
    URI chunkHere(ChunkId id) {
        return at(API + "/chunk/" + id + "?here=true");
    }

    /** The chunk, wherever in the server's network it is kept. */
    URI chunk(ChunkId id) {
        return at(API + "/chunk/" + id);
    }

    URI object(ChunkId root) {
        return at(API + "/object/" + root);
    }

    /** What the name means; {@code query} is empty or begins with a question mark. */
    URI name(NamePath name, String query) {
        return at(API + "/name/" + name.path() + query);
    }

    /** The names of a namespace; {@code query} as above. */
    URI names(String namespace, String query) {
        return at(API + "/name/" + NamePath.encoded(namespace) + query);
    }

    /** Where an upload begins that can be resumed; {@code query} is empty or begins with a question mark. */
    URI upload(String query) {
        return at(API + "/upload" + query);
    }

    /** Store contracts one after another. */
    URI storeMany() {
        return at(API + "/batch/store");
    }

    /** Retrieve contracts one after another. */
    URI retrieveMany() {
        return at(API + "/batch/retrieve");
    }

    URI renew() {
        return at(API + "/batch/renew");
    }

    URI slots() {
        return at(API + "/slots");
    }

    URI servers() {
        return at(API + "/servers");
    }

    /** The page of its chunks, as its administration lists them, that follows this id; the first where it is empty. */
    URI chunks(String after) {
        return at("/api/admin/chunks?limit=1000&after=" + after);
    }

    /** What SOS clients stored under an id, as administration knows it. */
    URI blob(String id) {
        return at("/api/admin/sos/" + NamePath.encoded(id));
    }

    /** Where its administration compares what it knows with what is kept. */
    URI fsck() {
        return at("/api/admin/fsck");
    }

    /** {@code path} below the administration of the network, without a slash before it. */
    URI network(String path) {
        return at("/api/admin/network/" + path);
    }

    /** What holds for the whole network that the server is part of. */
    URI network() {
        return at(API + "/network");
    }

    @Override
    public String toString() {
        return base.toString();
    }

    private URI at(String path) {
        return URI.create(base + path);
    }

    private static String without(String path, String tail) {
        return path.toLowerCase(Locale.ROOT).endsWith(tail) ? path.substring(0, path.length() - tail.length()) : path;
    }
}
