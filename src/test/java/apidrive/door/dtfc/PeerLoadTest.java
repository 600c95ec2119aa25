package apidrive.door.dtfc;

import static apidrive.door.object.Web.header;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.dtfc.OriginalServer.Manner;
import apidrive.door.object.Web;
import apidrive.peer.PeerAddress;
import apidrive.wire.Document;

/** What no node keeps is loaded from servers of the original that a list names. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PeerLoadTest {
    private static final String BUSY = "Service Unavailable. Try again in 2 minutes.\n";
    private final OriginalServer original = new OriginalServer();
    private final OriginalServer other = new OriginalServer();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        original.close();
        other.close();
    }

    @Test
    void dt_13_what_a_peer_has_is_given_out_under_its_name_and_kept() throws Exception {
        byte[] data = random(200_000);
        String hash = original.keep(data, "two.jpg");
        try (TestNode node = node(original.url())) {
            Web web = new Web(node);
            HttpResponse<byte[]> got = web.call("GET", "/" + hash, null);
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(data);
            assertThat(header(got, "Content-Disposition")).isEqualTo("attachment; filename=\"two.jpg\"");
            assertThat(header(got, "Content-Type")).isEqualTo("image/jpeg");
            assertThat(original.asked()).containsExactly("GET /" + hash + "/nopeerload dtfc/0.0.5");

            original.close();
            assertThat(web.call("GET", "/dtfc/" + hash, null, "Range", "bytes=5-9").body()).isEqualTo(Arrays.copyOfRange(data, 5, 10));
            assertThat(web.call("HEAD", "/" + hash, null).statusCode()).isEqualTo(200);
            assertThat(text(web.call("GET", "/dtfc/two.jpg/sha512", null))).contains(hash);
        }
    }

    @Test
    void dt_13_peers_are_asked_in_the_order_of_the_list_under_their_prefix_past_blanks_and_this_node() throws Exception {
        byte[] data = random(70_000);
        String hash = other.keep(data, "a.txt");
        Path list = folder.resolve("peers");
        try (TestNode node = TestNode.start(Map.of("allow-private-peers", "true", "dtfc-peer-file", list.toString()))) {
            Files.writeString(list, String.join("\n", "", node.uri("/").toString(), "  ", node.uri("/dtfc/").toString(), original.url(),
                    other.url() + "prefix/", ""));
            assertThat(new Web(node).call("GET", "/" + hash, null).body()).isEqualTo(data);
            assertThat(original.asked()).containsExactly("GET /" + hash + "/nopeerload dtfc/0.0.5");
            assertThat(other.asked()).containsExactly("GET /prefix/" + hash + "/nopeerload dtfc/0.0.5");
        }
    }

    @Test
    void dt_3_and_5_nopeerload_and_head_ask_nobody_nor_does_what_is_here() throws Exception {
        String hash = original.keep(random(1_000), "a.txt");
        try (TestNode node = node(original.url())) {
            Web web = new Web(node);
            assertThat(web.call("GET", "/" + hash + "/nopeerload", null).statusCode()).isEqualTo(404);
            assertThat(web.call("HEAD", "/" + hash, null).statusCode()).isEqualTo(404);
            web.stored(random(2_000));
            assertThat(web.call("GET", "/" + Sha512.of(random(2_000)), null).body()).isEqualTo(random(2_000));
            assertThat(original.asked()).isEmpty();
        }
    }

    @Test
    void dt_6_and_12_what_was_deleted_or_is_marked_stays_so_whoever_has_it() throws Exception {
        String deleted = original.keep(random(1_000), "a.txt");
        String marked = original.keep(random(1_001), "b.txt");
        try (TestNode node = node(original.url())) {
            Web web = new Web(node);
            assertThat(web.call("GET", "/" + deleted, null).statusCode()).isEqualTo(200);
            assertThat(web.call("DELETE", "/" + deleted, null).statusCode()).isEqualTo(200);
            new AdminCaller(node).signedIn().put("dtfc/marks/" + marked, new Document().with("Status", 404));
            int asked = original.asked().size();
            assertThat(web.call("GET", "/" + deleted, null).statusCode()).isEqualTo(404);
            assertThat(web.call("GET", "/" + marked, null).statusCode()).isEqualTo(404);
            assertThat(original.asked()).hasSize(asked);
        }
    }

    @Test
    void dt_19_a_peer_that_gives_other_bytes_is_passed_over_and_nothing_of_it_is_seen() throws Exception {
        byte[] data = random(150_000);
        String hash = original.keep(data, "a.txt");
        original.behave(Manner.OTHER_BYTES);
        try (TestNode node = node(original.url(), other.url())) {
            Web web = new Web(node);
            HttpResponse<byte[]> lie = web.call("GET", "/" + hash, null);
            assertThat(lie.statusCode()).isEqualTo(404);
            assertThat(text(lie)).isEqualTo("404 Not Found.\n");
            assertThat(node.database().number("SELECT count(*) FROM apidrive.name")).isZero();
            other.keep(data, "honest.txt");
            HttpResponse<byte[]> got = web.call("GET", "/" + hash, null);
            assertThat(got.body()).isEqualTo(data);
            assertThat(header(got, "Content-Disposition")).contains("honest.txt");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Manner.class, names = {"WITHOUT_END", "LENGTH_WITHOUT_END", "BROKEN", "GOES_ON_ELSEWHERE"})
    void fault_13_a_peer_that_misbehaves_is_left_for_the_next_and_alone_is_no_proof_that_nobody_has_it(Manner manner) throws Exception {
        byte[] data = random(90_000);
        String hash = original.keep(data, "a.txt");
        String unknown = original.keep(random(5), "b.txt");
        other.keep(data, "a.txt");
        original.behave(manner);
        try (TestNode node = node(original.url(), other.url())) {
            Web web = new Web(node);
            assertThat(web.call("GET", "/" + hash, null).body()).isEqualTo(data);
            HttpResponse<byte[]> away = web.call("GET", "/" + unknown, null);
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(text(away)).isEqualTo(BUSY);
            assertThat(header(away, "Retry-After")).isEqualTo("120");
            assertThat(original.asked().stream().filter(asked -> asked.contains(unknown))).as("it is left alone for a while").isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Manner.class, names = {"SLOW", "SILENT"})
    void fault_13_a_slow_peer_is_not_waited_for(Manner manner) throws Exception {
        String hash = original.keep(random(10_000), "a.txt");
        original.behave(manner);
        PeerReader.Patience patience = new PeerReader.Patience(Duration.ofMillis(500), Duration.ofSeconds(1), 10_000);
        try (PeerReader reader = new PeerReader(addresses(), patience, 1 << 20)) {
            long began = System.nanoTime();
            Download download = reader.open(URI.create("http://127.0.0.1:" + original.port()), hash).orElseThrow();
            assertThatThrownBy(download::readAllBytes).isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
            download.close();
            original.waitFor(new CountDownLatch(1));
            assertThatThrownBy(() -> reader.open(URI.create("http://127.0.0.1:" + original.port()), hash)).as("nor for a head")
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void dt_15_a_download_that_breaks_off_goes_on_where_it_was_and_keeps_the_name() throws Exception {
        byte[] data = random(300_000);
        String hash = original.keep(data, "broken.bin");
        original.behave(Manner.BREAKS_OFF);
        try (TestNode node = node(original.url())) {
            HttpResponse<byte[]> got = new Web(node).call("GET", "/" + hash, null);
            assertThat(got.body()).isEqualTo(data);
            assertThat(header(got, "Content-Disposition")).contains("broken.bin");
            assertThat(original.asked()).hasSizeBetween(3, 4).last().asString().contains(" bytes=").endsWith("-");
        }
    }

    @Test
    void dt_16_a_content_is_loaded_once_at_a_time_and_others_are_asked_to_come_again() throws Exception {
        byte[] data = random(100_000);
        String hash = original.keep(data, "a.txt");
        CountDownLatch gate = new CountDownLatch(1);
        original.waitFor(gate);
        try (TestNode node = node(original.url())) {
            Web web = new Web(node);
            CompletableFuture<HttpResponse<byte[]>> first = CompletableFuture.supplyAsync(() -> web.call("GET", "/" + hash, null));
            Awaitility.await().until(() -> !original.asked().isEmpty());
            HttpResponse<byte[]> second = web.call("GET", "/" + hash, null);
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(text(second)).isEqualTo(BUSY);
            assertThat(header(second, "Retry-After")).isEqualTo("120");
            gate.countDown();
            assertThat(first.join().body()).isEqualTo(data);
            assertThat(web.call("GET", "/" + hash, null).body()).isEqualTo(data);
            assertThat(original.asked()).hasSize(1);
        }
    }

    @Test
    void dt_9_and_10_the_list_is_read_again_when_it_changes_and_when_it_is_told_to() throws Exception {
        byte[] data = random(100);
        String hash = original.keep(data, "a.txt");
        Path list = folder.resolve("peers");
        Files.writeString(list, other.url() + "\n");
        try (TestNode node = TestNode.start(Map.of("allow-private-peers", "true", "dtfc-peer-file", list.toString()))) {
            Web web = new Web(node);
            assertThat(web.call("GET", "/" + hash, null).statusCode()).isEqualTo(404);
            Files.writeString(list, "# both\nftp://nonsense/\n" + other.url() + "\n" + original.url() + "\n");
            assertThat(web.call("GET", "/" + hash, null).body()).isEqualTo(data);

            var changedAt = Files.getLastModifiedTime(list);
            String blanks = " ".repeat(original.url().length() - 19);
            Files.writeString(list, Files.readString(list).replace(original.url(), "http://127.0.0.1:1/" + blanks));
            Files.setLastModifiedTime(list, changedAt);
            String more = original.keep(random(101), "b.txt");
            assertThat(web.call("PUT", "/refreshpeers.html", null).statusCode()).isEqualTo(200);
            assertThat(web.call("GET", "/" + more, null).statusCode()).as("one that is not there could not be asked").isEqualTo(503);
            Files.delete(list);
            assertThat(web.call("GET", "/" + more, null).statusCode()).as("without the file what it said").isEqualTo(503);
        }
    }

    @Test
    void no_redirect_is_followed() throws Exception {
        String hash = other.keep(random(100), "a.txt");
        original.keep(random(100), "a.txt");
        original.redirect("http://127.0.0.1:" + other.port());
        try (TestNode node = node(original.url())) {
            assertThat(new Web(node).call("GET", "/" + hash, null).statusCode()).isEqualTo(503);
            assertThat(original.asked()).hasSize(1);
            assertThat(other.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "private.example"})
    void an_address_that_no_peer_may_have_is_never_dialled(String host) throws Exception {
        String hash = original.keep(random(100), "a.txt");
        Path list = Files.writeString(folder.resolve("peers"), "http://" + host + ":" + original.port() + "/\n");
        try (TestNode node = TestNode.start(Map.of("dtfc-peer-file", list.toString()))) {
            assertThat(new Web(node).call("GET", "/" + hash, null).statusCode()).isIn(404, 503);
        }
        PeerAddress strict = new PeerAddress(false, name -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        try (PeerReader reader = new PeerReader(strict, PeerReader.Patience.USUAL, 1 << 20)) {
            assertThatThrownBy(() -> reader.open(URI.create("http://" + host + ":" + original.port()), hash))
                    .isInstanceOf(IOException.class).hasMessageContaining("private address");
        }
        assertThat(original.asked()).isEmpty();
    }

    @Test
    void dt_24_whoever_asks_pays_for_what_is_loaded() throws Exception {
        String hash = original.keep(random(500_000), "a.txt");
        Path list = Files.writeString(folder.resolve("peers"), original.url());
        try (TestNode node = TestNode.start(Map.of("allow-private-peers", "true", "dtfc-peer-file", list.toString(), "rate-chunks", "3"))) {
            assertThat(new Web(node).call("GET", "/" + hash, null).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void what_is_larger_than_an_object_may_be_is_left_there() throws Exception {
        String hash = original.keep(random(100_000), "a.txt");
        Path list = Files.writeString(folder.resolve("peers"), original.url());
        try (TestNode node = TestNode.start(Map.of("allow-private-peers", "true", "dtfc-peer-file", list.toString(),
                "object-bytes", "64KiB"))) {
            assertThat(new Web(node).call("GET", "/" + hash, null).statusCode()).isEqualTo(503);
            assertThat(node.database().number("SELECT count(*) FROM apidrive.chunk")).isZero();
        }
    }

    /** Whose list has these. */
    private TestNode node(String... peers) throws IOException {
        Path list = Files.write(folder.resolve("peers"), List.of(peers));
        return TestNode.start(Map.of("allow-private-peers", "true", "dtfc-peer-file", list.toString()));
    }

    private static PeerAddress addresses() {
        return new PeerAddress(true, InetAddress::getAllByName);
    }
}
