package apidrive.peer;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import apidrive.config.AddressRange;

/**
 * Which URLs and addresses of peers are spoken to. A URL comes from whoever announces it, so without this a stranger
 * would have a node send requests into its own network, or to a cloud's metadata service.
 */
public final class PeerAddress {
    private static final int LONGEST_URL = 2_000;

    /** No node stands here, in no network. Metadata services: AWS, Azure, Oracle, Alibaba and others. */
    private static final List<AddressRange> NEVER = ranges("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8",
            "169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254");

    /** Not globally reachable (IANA's special-purpose registries, RFC 6890), or leading to IPv4 addresses that may not be. */
    private static final List<AddressRange> PRIVATE = ranges("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
            "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10");

    /** Finds the addresses of a host; may take long. */
    @FunctionalInterface
    public interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final boolean allowsPrivate;
    private final Resolver resolver;

    /** {@code allowsPrivate}: whether loopback, link-local and private addresses are spoken to as well. */
    public PeerAddress(boolean allowsPrivate, Resolver resolver) {
        this.allowsPrivate = allowsPrivate;
        this.resolver = resolver;
    }

    /**
     * The base URL of a peer, without a slash at the end, its scheme and host in lower case. Nothing is looked up; a host
     * that is an address is checked. Throws {@link PeerFailure} REFUSED with words for whoever typed it.
     */
    public URI parse(String text) {
        URI url = syntax(text);
        String host = bare(url.getHost());
        Optional<InetAddress> literal = AddressRange.address(host);
        if (literal.isPresent()) {
            check(host, literal.get());
        } else if (isLocalName(host) && !allowsPrivate) {
            throw refused("'" + host + "' is a name of this host itself");
        }
        return url;
    }

    /**
     * The addresses of a host, each of them checked: one that is refused refuses them all. Throws {@link PeerFailure}
     * REFUSED, or UNREACHABLE when the name is not known.
     */
    public InetAddress[] resolve(String host) {
        try {
            InetAddress[] addresses = resolver.resolve(bare(host));
            for (InetAddress address : addresses) {
                check(host, address);
            }
            return addresses;
        } catch (UnknownHostException e) {
            throw new PeerFailure(PeerFailure.Kind.UNREACHABLE, "the name " + host + " is not known", e);
        }
    }

    private void check(String host, InetAddress address) {
        if (isIn(NEVER, address)) {
            throw refused(host + " has the address " + address.getHostAddress() + ", where no node can be");
        }
        if (!allowsPrivate && isIn(PRIVATE, address)) {
            throw refused(host + " has the private address " + address.getHostAddress()
                    + "; APIDRIVE_ALLOW_PRIVATE_PEERS=true allows those");
        }
    }

    private static URI syntax(String text) {
        if (text.length() > LONGEST_URL) {
            throw refused("the URL has more than " + LONGEST_URL + " characters");
        }
        try {
            URI url = new URI(text.strip());
            String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https") || url.getHost() == null) {
                throw refused("'" + text + "' is not an absolute http or https URL");
            }
            if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
                throw refused("'" + text + "' has parts that a server's URL cannot have");
            }
            String path = url.getRawPath().replaceAll("/+$", "");
            return new URI(scheme + "://" + url.getRawAuthority().toLowerCase(Locale.ROOT) + path);
        } catch (URISyntaxException e) {
            throw refused("'" + text + "' is not a URL: " + e.getReason());
        }
    }

    /** RFC 6761 §6.3: resolvers answer these with loopback. */
    private static boolean isLocalName(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    /** A host as a URI tells it, an IPv6 address without its brackets. */
    static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isIn(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static PeerFailure refused(String why) {
        return new PeerFailure(PeerFailure.Kind.REFUSED, why, null);
    }

    private static List<AddressRange> ranges(String... texts) {
        return Arrays.stream(texts).map(AddressRange::parse).flatMap(Optional::stream).toList();
    }
}
