package apidrive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Ports of 127.0.0.1 for servers whose address is to be known before they start, or kept while they are stopped. Each is bound by a
 * socket that does not listen, until this JVM ends: Linux then gives it to nobody who connects or asks for any port, in whatever
 * process, while one who names it may listen on it with SO_REUSEADDR, as servers do, as often as it likes (socket(7), ip(7)).
 */
public final class Ports {
    private static final List<Socket> KEPT = Collections.synchronizedList(new ArrayList<>());

    private Ports() {
    }

    /** One that was given to nobody else, and that nobody listens on. */
    public static int next() {
        try {
            Socket kept = new Socket();
            kept.setReuseAddress(true);
            kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            KEPT.add(kept);
            return kept.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
