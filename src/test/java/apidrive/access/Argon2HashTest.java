package apidrive.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Argon2HashTest {
    @Test
    void matches_its_secret_and_no_other() {
        String hash = Argon2Hash.of("a secret");

        assertThat(Argon2Hash.matches(hash, "a secret")).isTrue();
        assertThat(Argon2Hash.matches(hash, "a secret ")).isFalse();
        assertThat(Argon2Hash.of("a secret")).as("salted").isNotEqualTo(hash);
    }

    /** Made by the reference program: {@code echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32 -e}. */
    @Test
    void reads_what_other_programs_write() {
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(Argon2Hash.matches(hash, "password")).isTrue();
        assertThat(Argon2Hash.matches(hash, "Password")).isFalse();
    }

    @Test
    void matches_nothing_that_is_no_hash() {
        assertThat(Argon2Hash.matches("", "")).isFalse();
        assertThat(Argon2Hash.matches("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$AAAA", "password")).isFalse();
    }
}
