package apidrive.access;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import apidrive.config.AddressRange;

/** Finds whose request it is: the nearest address that is not a trusted proxy. */
public final class ClientAddresses {
    private static final int IPV6_NETWORK_GROUPS = 4;  // of 16 bits: a /64 is one subscriber (RFC 6177)
    private static final int FORWARDED_MOST = 32;  // addresses looked at, from the nearest

    private final List<AddressRange> trusted;

    public ClientAddresses(List<AddressRange> trusted) {
        this.trusted = trusted;
    }

    /**
     * The client in CIDR form as PostgreSQL writes it: an IPv4 address with /32, or the /64 of an IPv6 address.
     *
     * @param remote       the address at the other end of the connection, a literal
     * @param forwardedFor the values of X-Forwarded-For in order; each may list several addresses, the nearest last
     */
    public String client(String remote, List<String> forwardedFor) {
        InetAddress nearest = AddressRange.address(withoutScope(remote)).orElse(InetAddress.getLoopbackAddress());
        List<String> hops = hops(forwardedFor);
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - FORWARDED_MOST) && isTrusted(nearest); i--) {
            Optional<InetAddress> before = AddressRange.address(hops.get(i));
            if (before.isEmpty()) {
                break;
            }
            nearest = before.get();
        }
        return network(nearest);
    }

    /** Whether what forwards from this address, a literal, is believed. */
    public boolean isProxy(String remote) {
        return AddressRange.address(withoutScope(remote)).filter(this::isTrusted).isPresent();
    }

    /** An address or range, as somebody wrote it, in the form of {@link #client}; empty when it is none. */
    public static Optional<String> canonical(String text) {
        return AddressRange.address(text.strip().split("/", 2)[0]).map(ClientAddresses::network);
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> hops(List<String> forwardedFor) {
        List<String> hops = new ArrayList<>();
        for (String value : forwardedFor) {
            for (String hop : value.split(",")) {
                hops.add(hop.strip());
            }
        }
        return hops;
    }

    private static String withoutScope(String literal) {
        int scope = literal.indexOf('%');
        return (scope < 0 ? literal : literal.substring(0, scope)).replace("[", "").replace("]", "");
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() + "/32" : subscriber(ByteBuffer.wrap(bytes)) + "/64";
    }

    /** The first half of an IPv6 address as RFC 5952 §4 writes it: the half that is zero is its longest run of zeros. */
    private static String subscriber(ByteBuffer address) {
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < IPV6_NETWORK_GROUPS; i++) {
            groups.add(Integer.toHexString(Short.toUnsignedInt(address.getShort())));
        }
        while (!groups.isEmpty() && groups.get(groups.size() - 1).equals("0")) {
            groups.remove(groups.size() - 1);
        }
        return String.join(":", groups) + "::";
    }
}
