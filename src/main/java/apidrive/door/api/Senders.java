package apidrive.door.api;

import java.util.Collections;

import apidrive.access.ClientAddresses;
import jakarta.servlet.http.HttpServletRequest;

/** What a request, and the trusted proxies it came through, say of who sent it. */
public final class Senders {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private Senders() {
    }

    /** The sender as {@link ClientAddresses#client} tells it. */
    public static String client(ClientAddresses addresses, HttpServletRequest request) {
        return addresses.client(request.getRemoteAddr(), Collections.list(request.getHeaders(FORWARDED_FOR)));
    }

    /** Whether the sender speaks TLS, to this server or to the trusted proxy before it. */
    public static boolean isSecure(ClientAddresses addresses, HttpServletRequest request) {
        return request.isSecure() || addresses.isProxy(request.getRemoteAddr())
                && "https".equalsIgnoreCase(request.getHeader(FORWARDED_PROTO));
    }
}
