package apidrive.door.dtfc;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import apidrive.access.ClientAddresses;
import apidrive.door.api.Answer;
import apidrive.door.api.Senders;
import jakarta.servlet.http.HttpServletRequest;

/** Sends who gets something without TLS to where there is some: to port 443 of the host that was asked. */
final class Redirect {
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:\\d*)?");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private final boolean isOn;
    private final ClientAddresses addresses;

    Redirect(boolean isOn, ClientAddresses addresses) {
        this.isOn = isOn;
        this.addresses = addresses;
    }

    /** The answer that does so; empty for who speaks TLS, here or to a trusted proxy, and who is on this host. */
    Optional<Answer> of(HttpServletRequest request) {
        Matcher host = HOST.matcher(Optional.ofNullable(request.getHeader("Host")).orElse(""));
        if (!isOn || Senders.isSecure(addresses, request) || !host.matches() || LOOPBACK.contains(host.group(1))) {
            return Optional.empty();
        }
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        return Optional.of(Answer.of(301).with("Location", "https://" + host.group(1) + request.getRequestURI() + query)
                .with("Content-Length", 0));
    }
}
