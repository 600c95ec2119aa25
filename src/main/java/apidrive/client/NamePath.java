package apidrive.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/** A name as a user types it: the namespace, a slash, and all that follows. */
record NamePath(String namespace, String name) {
    /** Throws {@link IllegalArgumentException} with words for the user. */
    static NamePath parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new IllegalArgumentException("'" + text + "' is not NAMESPACE/NAME");
        }
        return new NamePath(text.substring(0, slash), text.substring(slash + 1));
    }

    /** As it stands in the path of a URL. */
    String path() {
        return encoded(namespace) + "/" + encoded(name).replace("%2F", "/");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
