package apidrive.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import apidrive.config.AddressRange;

class ClientAddressesTest {
    private final ClientAddresses direct = new ClientAddresses(List.of());
    private final ClientAddresses proxied = new ClientAddresses(Arrays.asList(
            AddressRange.parse("10.0.0.0/8").orElseThrow(), AddressRange.parse("2001:db8:ff::/48").orElseThrow()));

    @Test
    void without_trusted_proxies_the_connection_alone_counts() {
        assertThat(direct.client("10.0.0.1", List.of("192.0.2.1"))).isEqualTo("10.0.0.1/32");
    }

    @Test
    void an_ipv6_client_is_its_network_of_64_bits_whatever_its_spelling() {
        String network = direct.client("2001:db8:1:2::1", List.of());

        assertThat(network).endsWith("/64");
        assertThat(direct.client("[2001:DB8:1:2:ffff::9%eth0]", List.of())).isEqualTo(network);
        assertThat(direct.client("2001:db8:1:3::1", List.of())).isNotEqualTo(network);
    }

    @Test
    void the_nearest_address_that_is_no_trusted_proxy_is_the_client() {
        assertThat(proxied.client("10.0.0.1", List.of("198.51.100.7, 192.0.2.1, 10.9.9.9"))).isEqualTo("192.0.2.1/32");
        assertThat(proxied.client("10.0.0.1", List.of("198.51.100.7", "192.0.2.1"))).isEqualTo("192.0.2.1/32");
        assertThat(proxied.client("2001:db8:ff::1", List.of("192.0.2.1"))).isEqualTo("192.0.2.1/32");
        assertThat(proxied.client("192.0.2.1", List.of("198.51.100.7"))).isEqualTo("192.0.2.1/32");
    }

    @Test
    void what_is_no_address_ends_the_search_at_the_proxy_that_sent_it() {
        for (String claim : new String[] {"", ",", "unknown", "example.org", "999.1.1.1", "192.0.2.1:80"}) {
            assertThat(proxied.client("10.0.0.1", List.of(claim))).as(claim).isEqualTo("10.0.0.1/32");
        }
    }

    @Test
    void a_header_of_a_thousand_proxies_is_not_followed_to_its_end() {
        String many = String.join(",", Collections.nCopies(1_000, "10.0.0.2"));

        assertThat(proxied.client("10.0.0.1", List.of("192.0.2.1," + many))).isEqualTo("10.0.0.2/32");
    }

    @ParameterizedTest
    @CsvSource({"2001:db8::1, 2001:db8::/64", "2001:0DB8:0:1:2:3:4:5, 2001:db8:0:1::/64", "2001:db8:0:0:1::, 2001:db8::/64",
        "fe80::1, fe80::/64", "::1, ::/64", "0:0:0:7::, 0:0:0:7::/64", "192.0.2.1, 192.0.2.1/32"})
    void a_client_is_written_as_postgresql_writes_it(String address, String client) {
        assertThat(ClientAddresses.canonical(address)).contains(client);
    }
}
