package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.wire.Document;
import apidrive.wire.Format;

/** The small parts that need neither server nor file. */
class PartsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<String> said = new ArrayList<>();
    private final Server server = new Server("http://a", PATIENCE, said::add);

    @Test
    void retry_after_is_seconds_or_a_date() {
        assertThat(RetryAfter.parse("120", NOON)).contains(Duration.ofMinutes(2));
        assertThat(RetryAfter.parse("Sat, 21 Nov 2026 12:00:30 GMT", NOON)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Sat, 21 Nov 2026 11:00:00 GMT", NOON)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("99999999999999999999", NOON)).hasValueSatisfying(wait ->
                assertThat(wait).isGreaterThan(Duration.ofDays(365)));
        assertThat(RetryAfter.parse("soon", NOON)).isEmpty();
        assertThat(RetryAfter.parse("-1", NOON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://a:1, http://a:1", "HTTP://A:1/, http://a:1", "https://a/drive/, https://a/drive",
        "http://a/drive/api/drive/store, http://a/drive", "http://a/api/drive/, http://a"})
    void a_servers_url_is_cut_down_to_its_base(String text, String base) {
        assertThat(ServerUrl.parse(text).retrieve()).isEqualTo(URI.create(base + "/api/drive/retrieve"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ftp://a", "http:///x", "http://a?b", "http://u:p@a", "http://a b"})
    void what_is_no_servers_url_is_refused(String text) {
        assertThatThrownBy(() -> ServerUrl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_retrieve_endpoint_leads_to_its_server() {
        assertThat(ServerUrl.ofRetrieve(URI.create("http://a/x/API/Drive/Retrieve/"))).map(ServerUrl::renew)
                .contains(URI.create("http://a/x/api/drive/batch/renew"));
        assertThat(ServerUrl.ofRetrieve(URI.create("http://a/other"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536})
    void a_store_contract_is_what_the_format_writes(int size) {
        byte[] data = Cli.bytes(size, 5);
        byte[] contract = StoreContract.of(size, null, null);
        byte[] withWishes = StoreContract.of(size, 4, 2);
        System.arraycopy(data, 0, contract, StoreContract.OFFSET, size);
        System.arraycopy(data, 0, withWishes, StoreContract.OFFSET, size);

        assertThat(contract).isEqualTo(Format.BSON.write(new Document().with("Data", data)));
        assertThat(withWishes).isEqualTo(Format.BSON.write(
                new Document().with("Data", data).with("Copies", 4).with("Ack", 2)));
    }

    @Test
    void a_server_that_fails_rests_longer_each_time_until_it_is_given_up() {
        server.answered(0, 1);
        long now = 10;
        for (int i = 0; i < 6; i++) {
            server.failed(now, now, "refused");
            assertThat(server.isUsable(now)).isFalse();
            assertThat(server.isGivenUp()).isFalse();
            now = server.usableAt(now);
        }
        server.failed(now, now, "refused");

        assertThat(server.isGivenUp()).isTrue();
        assertThat(now).isGreaterThan(5 * SECOND);
        assertThat(said).containsExactly("http://a does not answer: refused", "http://a is given up: refused");
    }

    @Test
    void exchanges_that_fail_together_count_as_one_failure() {
        server.answered(0, 1);
        for (int i = 0; i < 100; i++) {
            server.failed(10 + i, 1_000 + i, "broke");
        }

        assertThat(server.isGivenUp()).isFalse();
        assertThat(said).isEmpty();
    }

    @Test
    void after_a_failure_a_server_is_tried_by_one_exchange_at_a_time() {
        server.failed(0, 0, "refused");
        long later = server.usableAt(0);

        assertThat(server.isUsable(later)).isTrue();
        server.began();
        assertThat(server.isUsable(later)).isFalse();
        server.ended();
        server.answered(later, later + 1);
        server.began();
        assertThat(server.isUsable(later + 1)).isTrue();
    }

    @Test
    void a_given_up_server_that_answers_again_is_back() {
        for (long now = 0; !server.isGivenUp(); now = server.usableAt(now)) {
            server.failed(now, now, "refused");
        }
        long much = Duration.ofHours(1).toNanos();
        server.answered(much, much + 1);

        assertThat(server.isGivenUp()).isFalse();
        assertThat(server.isUsable(much + 1)).isTrue();
    }

    @Test
    void a_busy_server_is_waited_for_until_patience_ends() {
        long now = 0;
        while (!server.isGivenUp()) {
            server.busy(now, now, Duration.ofMinutes(4), "status 429");
            now = server.usableAt(now);
        }

        assertThat(said).hasSize(3);
        assertThat(said.get(0)).isEqualTo("http://a is busy (status 429): waiting 240 s");
        assertThat(said.get(2)).contains("given up", "longer than --patience allows");
    }

    @Test
    void what_a_server_is_expected_to_take_follows_what_it_took() {
        for (int i = 0; i < 100; i++) {
            server.answered(i * SECOND, i * SECOND + SECOND / 10);
        }

        assertThat(server.expected()).isBetween(Duration.ofMillis(99), Duration.ofMillis(120));
    }

    @Test
    void progress_tells_part_rate_and_time_left() {
        try (Progress progress = new Progress(new PrintWriter(new StringWriter()), true, false, "get x", 100 << 20, 10 << 20)) {
            progress.advance(10 << 20);

            assertThat(progress.line(Duration.ofSeconds(2))).isEqualTo("get x:  20 % 20.0 MiB of 100.0 MiB, 5.0 MiB/s, 0:16 left");
        }
    }

    @Test
    void help_tells_the_exit_codes() {
        assertThat(Cli.run("--help").out()).contains("Exit codes", "3   not everything is done", "4   a chunk has fewer");
        assertThat(Cli.run("nonsense").code()).isEqualTo(2);
        assertThat(Cli.run("put", "x").code()).isEqualTo(2);
        assertThat(Cli.run("put", "x", "--server", "http://a", "--connections", "0").code()).isEqualTo(2);
        assertThat(Cli.run("version").out()).startsWith("apidrive ");
        assertThat(Cli.run("generate-completion").out()).contains("complete");
    }
}
