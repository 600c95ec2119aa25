package apidrive.door.sos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.manifest.Label;

class MetadataTest {
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "x-forwarded-host", "X-Forwarded", "X-Real-IP", "X-Request-Id", "X-Original-URI", "X-Amzn-Trace-Id",
        "X-B3-TraceId", "X-Envoy-Peer", "X-Auth-Request-Email", "X-Api-Key", "X-CSRF-Token", "X-Content-Type-Options", "X-Frame-Options",
        "X-WebKit-CSP", "X-UA-Compatible", "X-Accel-Redirect", "X-Sendfile", "X-Sendfile-Type", "X-LiteSpeed-Location", "X-Reproxy-Url"})
    void what_others_add_or_obey_is_left_out_in_any_case(String name) {
        assertThat(Metadata.isKept(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Mime-Type", "x-a", "X-Author", "X-Forward", "X-Viable", "X-Schemes", "X-Amz-Meta-Colour", "X-Frame"})
    void what_an_uploader_says_is_kept(String name) {
        assertThat(Metadata.isKept(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "Cookie", "Y-X-A", "Xa"})
    void what_does_not_begin_with_x_is_no_metadata(String name) {
        assertThat(Metadata.isKept(name)).isFalse();
    }

    @Test
    void a_record_that_another_wrote_is_not_believed_either() {
        assertThat(Metadata.fields(Map.of("X-Accel-Redirect", "/etc/passwd", "X-Good", "yes", "Set-Cookie", "a=b", "X-A: b", "c")))
                .isEqualTo(Map.of("X-Good", "yes"));
    }

    @Test
    void a_type_that_is_none_says_nothing() {
        assertThat(Metadata.label(Map.of("X-Mime-Type", "image/png")).mediaType()).isEqualTo("image/png");
        assertThat(Metadata.label(Map.of("X-Mime-Type", "a b"))).isEqualTo(Label.NONE);
        assertThat(Metadata.label(Map.of())).isEqualTo(Label.NONE);
    }
}
