package apidrive.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

/** How servers are addressed and told what to do. */
class ServersTest {
    @Test
    void a_foreign_server_is_found_by_its_url() throws Exception {
        assertThat(ForeignServer.at(URI.create("http://127.0.0.1:3001/store/"), 7))
                .isEqualTo(new ForeignServer(3001, "/store", 7));
        assertThat(ForeignServer.at(URI.create("http://[::1]"), 0)).isEqualTo(new ForeignServer(80, "", 0));
    }

    @Test
    void only_loopback_is_called() {
        assertThatIllegalArgumentException().isThrownBy(() -> ForeignServer.at(URI.create("http://192.0.2.1:3001/"), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> ForeignServer.at(URI.create("https://127.0.0.1/"), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> ForeignServer.at(URI.create("mailto:a@127.0.0.1"), 0));
    }

    @Test
    void sos_names_what_it_stores_by_its_sha_1() {
        byte[] bytes = "xabcx".getBytes(StandardCharsets.US_ASCII);

        assertThat(FileKind.SOS.name(bytes, 1, 3)).asString(StandardCharsets.US_ASCII)
                .isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void plain_names_are_as_long_and_never_the_same() {
        byte[] first = FileKind.PLAIN.name(new byte[1], 0, 1);

        assertThat(first).hasSize(FileKind.NAME_LENGTH).isNotEqualTo(FileKind.PLAIN.name(new byte[1], 0, 1));
    }

    @Test
    void an_option_of_serve_is_a_variable_of_tomcat() {
        assertThat(TomcatProcess.key("--cache-bytes=0")).isEqualTo("APIDRIVE_CACHE_BYTES");
    }
}
