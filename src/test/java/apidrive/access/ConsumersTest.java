package apidrive.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.access.Consumers.Consumer;
import apidrive.sql.Database;

class ConsumersTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void the_largest_are_told_and_whoever_has_a_limit_of_its_own_however_little_it_stores() {
        try (TestDatabase database = TestDatabase.migrated()) {
            database.execute("""
                    INSERT INTO apidrive.client_usage (client, period_start, chunks) VALUES
                    ('192.0.2.1', '2026-11-21T12:00:00Z', 7), ('192.0.2.2', '2026-11-21T12:00:00Z', 9),
                    ('192.0.2.3', '2026-11-21T12:00:00Z', 1), ('192.0.2.4', '2026-11-20T12:00:00Z', 99)""");
            database.execute("INSERT INTO apidrive.client_limit (client, chunks) VALUES ('192.0.2.3', 5), ('2001:db8::/64', NULL)");

            assertThat(new Consumers(new Database(database.runner())).largest(NOON, 1)).containsExactly(
                    new Consumer("192.0.2.2/32", 9, false, OptionalLong.empty()),
                    new Consumer("192.0.2.3/32", 1, true, OptionalLong.of(5)),
                    new Consumer("2001:db8::/64", 0, true, OptionalLong.empty()));
        }
    }
}
