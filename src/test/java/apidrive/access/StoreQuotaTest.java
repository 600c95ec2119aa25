package apidrive.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.sql.Database;

class StoreQuotaTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final String CLIENT = "192.0.2.1/32";

    private final TestDatabase database = TestDatabase.migrated();
    private Instant now = NOON;

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void two_wars_share_a_count_once_each_has_told_the_database() {
        StoreQuota one = quota(5);
        StoreQuota other = quota(5);
        one.take(CLIENT, 2);
        other.take(CLIENT, 2);
        one.step(now);
        other.step(now);

        assertThat(other.take(CLIENT, 2).orElseThrow().granted()).isFalse();
        assertThat(other.take(CLIENT, 1).orElseThrow().remaining()).isZero();
        assertThat(database.number("SELECT chunks FROM apidrive.client_usage")).isEqualTo(4);
    }

    @Test
    void what_is_refused_does_not_count() {
        StoreQuota quota = quota(3);

        assertThat(quota.take(CLIENT, 4).orElseThrow().granted()).isFalse();
        assertThat(quota.take(CLIENT, 3).orElseThrow().granted()).isTrue();
    }

    @Test
    void a_new_period_begins_at_nought_and_old_rows_go() {
        StoreQuota quota = quota(1);
        quota.take(CLIENT, 1);
        quota.step(now);
        assertThat(quota.take(CLIENT, 1).orElseThrow().granted()).isFalse();
        now = NOON.plus(DAY);
        assertThat(quota.take(CLIENT, 1).orElseThrow().granted()).isTrue();
        now = NOON.plus(DAY.multipliedBy(9));
        quota.step(now);
        quota.step(now);

        assertThat(database.number("SELECT count(*) FROM apidrive.client_usage")).isZero();
    }

    @Test
    void without_a_limit_all_is_granted_and_counted_all_the_same() {
        StoreQuota quota = quota(0);

        assertThat(quota.take(CLIENT, 1_000_000)).isEmpty();
        quota.step(now);
        assertThat(database.number("SELECT chunks FROM apidrive.client_usage")).isEqualTo(1_000_000);
    }

    @Test
    void a_limit_of_ones_own_holds_in_place_of_the_one_for_all_on_every_war() {
        StoreQuota quota = quota(5);
        database.execute("INSERT INTO apidrive.client_limit (client, chunks) VALUES ('192.0.2.1', 7), ('192.0.2.2', NULL), "
                + "('2001:db8::/64', 0)");
        assertThat(quota.take("192.0.2.2/32", 6).orElseThrow().granted()).isFalse();
        quota.step(now);

        assertThat(quota.take(CLIENT, 7).orElseThrow().granted()).isTrue();
        assertThat(quota.take(CLIENT, 1).orElseThrow().granted()).isFalse();
        assertThat(quota.take("192.0.2.2/32", 1_000)).isEmpty();
        assertThat(quota.take("2001:db8::/64", 1).orElseThrow().granted()).isFalse();
        assertThat(quota.take("192.0.2.3/32", 6).orElseThrow().limit()).isEqualTo(5);
    }

    private StoreQuota quota(long limit) {
        Database own = new Database(database.runner());
        return new StoreQuota(own, () -> now, new ClientLimits(own, limit), DAY);
    }
}
