package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    private final PeerAddress strict = new PeerAddress(false, InetAddress::getAllByName);
    private final PeerAddress lab = new PeerAddress(true, InetAddress::getAllByName);

    @Test
    void a_url_is_brought_into_one_form() {
        assertThat(strict.parse(" HTTPS://Drive.Example.ORG:8443/Some/Path// "))
                .isEqualTo(URI.create("https://drive.example.org:8443/Some/Path"));
        assertThat(strict.parse("http://93.184.216.34/")).isEqualTo(URI.create("http://93.184.216.34"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org", "file:///etc/passwd", "example.org", "http://", "http:///path", "//example.org",
        "http://user:secret@example.org", "http://example.org?q", "http://example.org#f", "http://exa mple.org", "gopher://x",
        "jar:http://example.org!/", ""})
    void what_is_no_plain_web_address_is_refused(String text) {
        assertRefused(() -> lab.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.0.1", "100.64.0.1",
        "198.19.0.1", "[::1]", "[fe80::1]", "[fd12::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]",
        "[2002:a00:1::]", "[::127.0.0.1]", "localhost", "node.localhost"})
    void a_private_host_is_refused_unless_allowed(String host) {
        assertRefused(() -> strict.parse("http://" + host + ":8080"));
        assertThat(lab.parse("http://" + host + ":8080")).hasPort(8080);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "224.0.0.1", "255.255.255.255", "240.1.1.1", "169.254.169.254", "100.100.100.200", "[::]",
        "[ff02::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"})
    void where_no_node_can_be_is_refused_always(String host) {
        assertRefused(() -> strict.parse("http://" + host));
        assertRefused(() -> lab.parse("http://" + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "192.167.0.1", "126.255.255.255", "128.0.0.1",
        "223.255.255.255", "[2a00:1450::1]", "[2600::1]"})
    void the_public_neighbours_of_those_ranges_pass(String host) {
        assertThat(strict.parse("http://" + host)).isNotNull();
    }

    @Test
    void one_refused_address_among_those_of_a_name_refuses_it() throws UnknownHostException {
        InetAddress open = InetAddress.getByName("93.184.216.34");
        InetAddress inner = InetAddress.getByName("10.0.0.7");

        assertThat(new PeerAddress(false, host -> new InetAddress[] {open}).resolve("both.example")).containsExactly(open);
        assertRefused(() -> new PeerAddress(false, host -> new InetAddress[] {open, inner}).resolve("both.example"));
        assertThat(new PeerAddress(true, host -> new InetAddress[] {open, inner}).resolve("both.example")).hasSize(2);
    }

    @Test
    void other_spellings_of_loopback_are_seen_through_when_resolved() {
        for (String spelling : new String[] {"127.1", "2130706433"}) {
            assertRefused(() -> strict.resolve(spelling));
        }
    }

    @Test
    void a_name_that_is_not_known_is_unreachable() {
        assertThatThrownBy(() -> new PeerAddress(true, host -> {
            throw new UnknownHostException(host);
        }).resolve("nowhere.example")).isInstanceOfSatisfying(PeerFailure.class,
                failure -> assertThat(failure.kind()).isEqualTo(PeerFailure.Kind.UNREACHABLE));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PeerFailure.class,
                failure -> assertThat(failure.kind()).isEqualTo(PeerFailure.Kind.REFUSED));
    }
}
