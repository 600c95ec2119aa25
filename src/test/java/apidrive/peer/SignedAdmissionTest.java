package apidrive.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedAdmissionTest {
    private final Refusals refusals = new Refusals();
    private final List<URI> asked = new ArrayList<>();
    private final Admission admission = new SignedAdmission("net", url -> {
        asked.add(url);
        return !url.getHost().equals("127.0.0.1");
    }, refusals);

    @Test
    void admits_what_its_node_signed_for_this_network() {
        Announcement announcement = Announcement.sign(SimKeys.get(0), "net", SimNode.profile(0), 1);

        assertThat(admission.admit(announcement)).contains(announcement);
        assertThat(asked).containsExactly(SimNode.profile(0).url());
    }

    @Test
    void refuses_another_networks_and_looks_up_no_name_for_it() {
        assertThat(admission.admit(Announcement.sign(SimKeys.get(0), "other", SimNode.profile(0), 1))).isEmpty();

        assertThat(refusals.of(Refusal.WRONG_SIGNATURE)).isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void refuses_an_address_that_is_not_to_be_called() {
        Profile here = new Profile(URI.create("http://127.0.0.1/"), "", "", 1, 1, false, Declared.ACTIVE, "");

        assertThat(admission.admit(Announcement.sign(SimKeys.get(0), "net", here, 1))).isEmpty();
        assertThat(refusals.of(Refusal.FORBIDDEN_ADDRESS)).isEqualTo(1);
        assertThat(refusals.of(Refusal.WRONG_SIGNATURE)).isZero();
    }

    @Test
    void refuses_a_profile_that_cannot_be_read() {
        byte[] packed = Announcement.sign(SimKeys.get(0), "net", SimNode.profile(0), 1).toBytes();
        packed[Announcement.PROFILE_FROM] = 9;

        assertThat(admission.admit(Announcement.of(packed))).isEmpty();
        assertThat(refusals.of(Refusal.MALFORMED)).isEqualTo(1);
    }
}
