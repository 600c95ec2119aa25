package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import java.net.URI;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncementTest {
    private static final NodeKey KEY = SimKeys.get(0);
    private static final Profile PROFILE = new Profile(URI.create("https://a.example:8443/drive"), "zürich", "friends",
            123_456, 99, true, Declared.READ_ONLY, "1.2.3");
    private static final Announcement SAID = Announcement.sign(KEY, "net", PROFILE, 7);

    @Test
    void says_the_same_once_packed_and_read() {
        Announcement read = Announcement.of(SAID.toBytes());

        assertThat(read.verify("net")).isTrue();
        assertThat(read.id()).isEqualTo(KEY.id());
        assertThat(read.sequence()).isEqualTo(7);
        assertThat(read.profile()).isEqualTo(PROFILE);
    }

    @Test
    void holds_in_its_own_network_only() {
        assertThat(Announcement.of(SAID.toBytes()).verify("net2")).isFalse();
        assertThat(Announcement.of(SAID.toBytes()).verify("")).isFalse();
    }

    @Test
    void no_bit_of_it_can_be_changed() {
        for (int at = 0; at < SAID.toBytes().length; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] changed = SAID.toBytes();
                changed[at] ^= (byte) (1 << bit);
                assertThat(verifies(changed)).as("byte %d, bit %d", at, bit).isFalse();
            }
        }
    }

    @Test
    void nothing_can_be_cut_off_or_added() {
        for (int length = 0; length < SAID.toBytes().length; length++) {
            assertThat(verifies(Arrays.copyOf(SAID.toBytes(), length))).isFalse();
        }
        assertThat(verifies(Arrays.copyOf(SAID.toBytes(), SAID.toBytes().length + 1))).isFalse();
        assertThat(verifies(new byte[Announcement.MAX_BYTES + 1])).isFalse();
    }

    @Test
    void fields_of_a_later_version_are_kept_and_signed_though_not_understood() {
        Announcement later = withTail(new byte[] {1, 2, 3});

        assertThat(later.verify("net")).isTrue();
        assertThat(later.profile()).isEqualTo(PROFILE);
        assertThat(later.toBytes()).endsWith(1, 2, 3);
    }

    @Test
    void a_sequence_below_zero_is_none() {
        byte[] packed = SAID.toBytes();
        packed[Announcement.BODY_FROM] = -1;

        assertThatThrownBy(() -> Announcement.of(packed)).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a.example/", "file:///etc/passwd", "http:///drive", "http://user@a.example/",
        "http://a.example/?q", "http://a.example/#f", "a.example", "//a.example/"})
    void a_url_that_peers_do_not_call_is_refused(String url) {
        assertThatThrownBy(() -> new Profile(URI.create(url), "", "", 1, 1, false, Declared.ACTIVE, ""))
                .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem())
                        .isEqualTo(Problem.MALFORMED));
    }

    @Test
    void names_have_bounds() {
        URI url = URI.create("http://a.example/");
        assertThatThrownBy(() -> new Profile(url, "z".repeat(65), "", 1, 1, false, Declared.ACTIVE, ""))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> new Profile(url, "a\nb", "", 1, 1, false, Declared.ACTIVE, ""))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> new Profile(url, "", "", -1, 1, false, Declared.ACTIVE, ""))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> new Profile(URI.create("http://a.example/" + "x".repeat(250)), "", "", 1, 1, false,
                Declared.ACTIVE, "")).isInstanceOf(ProblemException.class);
    }

    @Test
    void the_largest_profile_fits() {
        Profile largest = new Profile(URI.create("http://a.example/" + "x".repeat(239)), "ü".repeat(32),
                "ü".repeat(32), Long.MAX_VALUE, Long.MAX_VALUE, true, Declared.LEFT, "v".repeat(32));

        assertThat(Announcement.of(Announcement.sign(KEY, "net", largest, Long.MAX_VALUE).toBytes()).profile())
                .isEqualTo(largest);
    }

    private static boolean verifies(byte[] packed) {
        try {
            Announcement read = Announcement.of(packed);
            read.profile();
            return read.verify("net");
        } catch (ProblemException refused) {
            return false;
        }
    }

    /** Signed by hand, as a later version would. */
    private static Announcement withTail(byte[] tail) {
        byte[] said = SAID.toBytes();
        byte[] body = new Packer().putRaw(said, Announcement.BODY_FROM, said.length - Announcement.BODY_FROM)
                .putRaw(tail).toBytes();
        byte[] signed = new Packer().putRaw("apidrive announcement".getBytes()).put8(0).putText("net").put8(1)
                .putRaw(KEY.publicKey()).putRaw(body).toBytes();
        return Announcement.of(new Packer().put8(1).putRaw(KEY.publicKey()).putRaw(KEY.sign(signed)).putRaw(body)
                .toBytes());
    }
}
