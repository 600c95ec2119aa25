package apidrive.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {
    @TempDir
    private Path folder;

    private final Properties options = new Properties();

    @BeforeEach
    void start() {
        options.setProperty("apidrive.data", folder.toString());
    }

    @Test
    void the_defaults_are_these() {
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of()));

        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.accessLog()).isEmpty();
        assertThat(config.url()).isEqualTo(URI.create("http://localhost:8080"));
        assertThat(config.zone()).isEqualTo("default");
        assertThat(config.jdbc()).isEmpty();
        assertThat(config.databaseWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.pool()).isEqualTo(12);
        assertThat(config.slots()).isEqualTo(327_680);
        assertThat(config.lifetime()).isEqualTo(Duration.ofDays(30));
        assertThat(config.cacheBytes()).isEqualTo(64L << 20);
        assertThat(config.cachedSlots()).isEqualTo(16_384);
        assertThat(config.store()).isEqualTo(new NodeConfig.Store(3, 1_024, Duration.ofSeconds(10)));
        assertThat(config.read().queue()).isEqualTo(256);
        assertThat(config.read().readers()).isBetween(2, 7);
        assertThat(config.objects()).isEqualTo(new NodeConfig.Objects(1L << 40, 16, 32, 64, Duration.ofDays(1)));
        assertThat(config.doors()).isEqualTo(new NodeConfig.Doors(
                Set.of(DoorName.values()), Map.of(), true,
                new NodeConfig.Dtfc(false, false, 32, List.of(), Optional.empty(), Optional.empty())));
        assertThat(config.writeTokens()).isFalse();
        assertThat(config.rateChunks()).isEqualTo(1_000_000);
        assertThat(config.ratePeriod()).isEqualTo(Duration.ofDays(1));
        assertThat(config.trustedProxies()).isEmpty();
        assertThat(config.network()).isEqualTo(new NodeConfig.Network("default", Optional.empty(), List.of(),
                Optional.empty(), false, "default", 327_680, false, Duration.ofSeconds(2), Duration.ofMinutes(10), 3, 2, 10, 32L << 20));
    }

    @Test
    void an_option_beats_the_environment_which_beats_the_file() throws IOException {
        Files.writeString(folder.resolve("apidrive.properties"), "slots = 1\nzone = file\nport = 1001\n");
        options.setProperty("apidrive.port", "1003");
        Settings settings = Settings.of(options, Map.of("APIDRIVE_PORT", "1002", "APIDRIVE_ZONE", "environment"));
        NodeConfig config = NodeConfig.of(settings);

        assertThat(config.port()).isEqualTo(1003);
        assertThat(config.zone()).isEqualTo("environment");
        assertThat(config.slots()).isEqualTo(1);
        assertThat(settings.value(Setting.SLOTS).origin()).isEqualTo(Settings.Origin.FILE);
        assertThat(settings.value(Setting.ZONE).origin()).isEqualTo(Settings.Origin.ENVIRONMENT);
        assertThat(settings.value(Setting.PORT).origin()).isEqualTo(Settings.Origin.OPTION);
        assertThat(settings.value(Setting.HOST).origin()).isEqualTo(Settings.Origin.DEFAULT);
    }

    @Test
    void every_fault_is_told_at_once_unknown_keys_among_them() throws IOException {
        Files.writeString(folder.resolve("apidrive.properties"), "colour = blue\n");
        options.setProperty("apidrive.shape", "round");
        Map<String, String> environment = Map.of("APIDRIVE_SMELL", "sweet", "APIDRIVE_PORT", "65536",
                "APIDRIVE_SLOTS", "many", "APIDRIVE_LIFETIME", "3 days", "APIDRIVE_URL", "ftp://example.org",
                "APIDRIVE_TRUSTED_PROXIES", "10.0.0.0/8, example.org", "APIDRIVE_CACHE_BYTES", "5 apples",
                "APIDRIVE_JDBC_URL", "jdbc:mysql://db", "APIDRIVE_JDBC_PASSWORD_FILE", folder.resolve("none").toString());

        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, environment)))
                .isInstanceOfSatisfying(ConfigException.class, failure -> {
                    assertThat(failure.faults()).hasSize(11);
                    assertThat(failure.getMessage()).contains("colour", "apidrive.shape", "APIDRIVE_SMELL",
                            "APIDRIVE_PORT", "APIDRIVE_SLOTS", "APIDRIVE_LIFETIME", "APIDRIVE_URL", "example.org",
                            "APIDRIVE_CACHE_BYTES", "APIDRIVE_JDBC_URL", "APIDRIVE_JDBC_PASSWORD_FILE");
                });
    }

    @Test
    void objects_have_bounds_each_with_a_range() {
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_OBJECT_BYTES", "64KiB", "APIDRIVE_READ_AHEAD", "2",
                "APIDRIVE_UPLOADS", "1", "APIDRIVE_DOWNLOADS", "2", "APIDRIVE_UPLOAD_LIFETIME", "PT1S")));
        assertThat(config.objects()).isEqualTo(new NodeConfig.Objects(65_536, 2, 1, 2, Duration.ofSeconds(1)));

        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_OBJECT_BYTES", "63KiB", "APIDRIVE_READ_AHEAD", "1",
                "APIDRIVE_UPLOADS", "0", "APIDRIVE_DOWNLOADS", "many", "APIDRIVE_UPLOAD_LIFETIME", "P1Y"))))
                .isInstanceOfSatisfying(ConfigException.class, failure -> assertThat(failure.faults()).hasSize(5));
        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_OBJECT_BYTES", "a lot"))))
                .isInstanceOfSatisfying(ConfigException.class, failure -> assertThat(failure.faults()).hasSize(1));
    }

    @Test
    void the_dtfc_door_is_set_by_switches_a_number_and_rules_for_copies() {
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_DTFC_HTTPS", "true", "APIDRIVE_DTFC_DELETED_STAYS", "true",
                "APIDRIVE_DTFC_TRANSFERS", "0", "APIDRIVE_DTFC_COPIES", "video/*=2, *.log = 1", "APIDRIVE_DTFC_PEER_FILE", "/etc/peers",
                "APIDRIVE_DTFC_COUCHDB", "https://couch.example.org/db/", "APIDRIVE_ACCESS_LOG", "/var/log/apidrive/yyyy_mm_dd.log")));
        assertThat(config.doors().dtfc()).isEqualTo(new NodeConfig.Dtfc(true, true, 0,
                List.of(new NodeConfig.CopyRule("video/*", 2), new NodeConfig.CopyRule("*.log", 1)),
                Optional.of(Path.of("/etc/peers")), Optional.of(URI.create("https://couch.example.org/db"))));
        assertThat(config.accessLog()).contains(Path.of("/var/log/apidrive/yyyy_mm_dd.log"));

        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_DTFC_COPIES", "*.log,*.txt=9,=1,a b=1",
                "APIDRIVE_DTFC_COUCHDB", "couch"))))
                .isInstanceOfSatisfying(ConfigException.class, failure -> assertThat(failure.faults()).hasSize(5));
    }

    @Test
    void doors_are_open_on_all_ports_or_all_there_is_on_one_and_none_that_does_not_exist() {
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_DOORS", "sos-blob", "APIDRIVE_PORT_DOORS",
                "9991=sos-upload, 9992 = sos-download,3001=sos-blob,9991=sos-blob", "APIDRIVE_SOS_STRICT", "false")));
        assertThat(config.doors()).isEqualTo(new NodeConfig.Doors(Set.of(DoorName.SOS_BLOB), Map.of(3001, Set.of(DoorName.SOS_BLOB),
                9991, Set.of(DoorName.SOS_UPLOAD, DoorName.SOS_BLOB), 9992, Set.of(DoorName.SOS_DOWNLOAD)), false,
                new NodeConfig.Dtfc(false, false, 32, List.of(), Optional.empty(), Optional.empty())));
        assertThat(NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_DOORS", "none"))).doors().open()).isEmpty();

        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_DOORS", "sos-", "APIDRIVE_PORT_DOORS",
                "0=sos,65536=sos,sos,8080=sos,1=ftp,1=", "APIDRIVE_SOS_STRICT", "yes"))))
                .isInstanceOfSatisfying(ConfigException.class, failure -> {
                    assertThat(failure.faults()).hasSize(8);
                    assertThat(failure.getMessage()).contains("called sos-", "called ftp", "must not name APIDRIVE_PORT", "65536");
                });
    }

    @Test
    void a_password_comes_from_a_file_and_shows_nowhere() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_JDBC_URL", "jdbc:postgresql://db/x",
                "APIDRIVE_JDBC_PASSWORD_FILE", file.toString())));

        assertThat(config.jdbc().orElseThrow().runner().password()).isEqualTo("s3cret");
        assertThat(config.toString()).doesNotContain("s3cret");
    }

    @Test
    void a_network_is_closed_by_a_key_from_a_file_and_joined_by_urls() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "0123456789abcdef\n");
        NodeConfig config = NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_NETWORK_KEY_FILE", file.toString(),
                "APIDRIVE_JOIN", "http://one.example:8080/, https://two.example/drive", "APIDRIVE_WEIGHT", "7")));

        assertThat(config.network().key().orElseThrow().bytes()).asString().isEqualTo("0123456789abcdef");
        assertThat(config.toString()).doesNotContain("0123456789abcdef");
        assertThat(config.network().join())
                .containsExactly(URI.create("http://one.example:8080"), URI.create("https://two.example/drive"));
        assertThat(config.network().weight()).isEqualTo(7);

        Files.writeString(file, "0123456789abcde\n");
        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options, Map.of("APIDRIVE_NETWORK_KEY_FILE", file.toString(),
                "APIDRIVE_JOIN", "one.example", "APIDRIVE_ALLOW_PRIVATE_PEERS", "yes", "APIDRIVE_NETWORK", "a b"))))
                .isInstanceOfSatisfying(ConfigException.class, failure -> assertThat(failure.faults()).hasSize(4));
    }

    @Test
    void a_password_in_the_url_is_a_fault() {
        assertThatThrownBy(() -> NodeConfig.of(Settings.of(options,
                Map.of("APIDRIVE_JDBC_URL", "jdbc:postgresql://db/x?password=s3cret"))))
                .hasMessageContaining("must not hold a password");
    }

    @Test
    void an_address_range_holds_the_addresses_that_share_its_prefix() throws IOException {
        AddressRange range = AddressRange.parse("10.32.0.0/11").orElseThrow();
        assertThat(range.contains(InetAddress.getByName("10.63.255.255"))).isTrue();
        assertThat(range.contains(InetAddress.getByName("10.64.0.0"))).isFalse();
        assertThat(range.contains(InetAddress.getByName("::1"))).isFalse();
        assertThat(AddressRange.parse("2001:db8::/33").orElseThrow().contains(InetAddress.getByName("2001:db8:7fff::1")))
                .isTrue();
        assertThat(AddressRange.parse("192.0.2.7").orElseThrow().contains(InetAddress.getByName("192.0.2.7"))).isTrue();
        for (String wrong : new String[] {"example.org", "10.0.0.0/33", "10.0.0/8", "::/129", "", "10.0.0.0/", "1.2.3.999"}) {
            assertThat(AddressRange.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
