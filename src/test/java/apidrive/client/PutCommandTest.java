package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.sun.net.httpserver.HttpExchange;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;

class PutCommandTest {
    private static final int CHUNKS = 12;
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 1_000, 1);

    @TempDir
    private Path folder;
    private Path file;
    private List<FakeServer> servers;

    @BeforeEach
    void start() throws Exception {
        file = Files.write(folder.resolve("film.bin"), DATA);
        servers = IntStream.range(0, 4).mapToObj(i -> FakeServer.start()).toList();
    }

    @AfterEach
    void stop() {
        servers.forEach(FakeServer::close);
    }

    @Test
    void every_chunk_is_stored_on_three_of_four_servers_evenly() throws Exception {
        assertThat(put(4).code()).isZero();

        assertThat(servers).allSatisfy(server -> assertThat(server.stored).hasSize(CHUNKS * 3 / 4));
        Manifest manifest = manifest();
        assertThat(manifest.count()).isEqualTo(CHUNKS);
        for (int order = 0; order < CHUNKS; order++) {
            ChunkId id = manifest.id(order);
            assertThat(manifest.urls(order)).containsExactlyInAnyOrderElementsOf(
                    servers.stream().filter(server -> server.chunks.containsKey(id)).map(FakeServer::retrieveUrl).toList());
            assertThat(manifest.urls(order)).hasSize(3);
            assertThat(manifest.digest(order)).contains(Chunk.of(servers.stream()
                    .filter(server -> server.chunks.containsKey(id)).findAny().orElseThrow().chunks.get(id)).digest());
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void the_manifest_has_the_shape_of_the_original() throws Exception {
        put(1);

        assertThat(Files.readString(folder.resolve("film.bin.apidrive"))).startsWith("{\"film.bin\":[").containsPattern(
                "\\{\"Id\":\"[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[0-9A-F]{4}-[0-9A-F]{12}\",\"Order\":11,\"URL1\":\""
                        + servers.get(0).retrieveUrl() + "\",\"Size\":1000,\"Digest\":\"[0-9a-f]{64}\"}");
    }

    @Test
    void fewer_servers_than_copies_are_all_used_with_a_warning() throws Exception {
        Cli.Run run = put(2);

        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("warning: 3 copies are wanted but 2 servers are named");
        assertThat(servers.get(0).stored).hasSize(CHUNKS);
        assertThat(servers.get(1).stored).hasSize(CHUNKS);
    }

    @Test
    void an_empty_file_has_a_manifest_without_chunks() throws Exception {
        Files.write(file, new byte[0]);

        assertThat(put(3).code()).isZero();
        assertThat(manifest().count()).isZero();
        assertThat(manifest().name()).isEqualTo("film.bin");
    }

    @Test
    void a_server_below_a_context_path_is_used_there() throws Exception {
        try (FakeServer below = FakeServer.startAt("/drive")) {
            Cli.Run run = Cli.run("put", file, "--server", below.url() + "/", "--copies", 1);

            assertThat(run.code()).isZero();
            assertThat(below.stored).hasSize(CHUNKS);
            assertThat(manifest().urls(0)).containsExactly(below.retrieveUrl());
        }
    }

    @Test
    void a_put_that_found_no_room_goes_on_where_it_ended() throws Exception {
        AtomicInteger room = new AtomicInteger(5);
        FakeServer only = servers.get(0).with((route, exchange) -> {
            if (!route.equals("POST store") || room.getAndDecrement() > 0) {
                return false;
            }
            FakeServer.refuse(exchange, 507, "No free slot");
            return true;
        });

        Cli.Run first = put(1, "--connections", 1);
        assertThat(first.code()).isEqualTo(3);
        assertThat(first.err()).contains("No free slot", "the same command goes on");
        assertThat(folder.resolve("film.bin.apidrive")).doesNotExist();
        assertThat(only.stored).hasSize(5);
        room.set(1_000);
        Cli.Run second = put(1, "--json");

        assertThat(second.code()).isZero();
        assertThat(only.stored).hasSize(CHUNKS).doesNotHaveDuplicates();
        assertThat(second.file().number("CopiesStoredBefore")).hasValue(5);
        assertThat(manifest().count()).isEqualTo(CHUNKS);
        assertThat(folder.resolve("film.bin.apidrive.part")).doesNotExist();
    }

    @Test
    void a_put_that_lacked_one_copy_stores_only_that_copy() throws Exception {
        servers.get(2).with((route, exchange) -> refuse(exchange, 507));

        assertThat(put(3, "--connections", 3).code()).isEqualTo(3);
        int before = servers.get(0).stored.size() + servers.get(1).stored.size();
        servers.get(2).with((route, exchange) -> false);
        assertThat(put(3).code()).isZero();

        assertThat(before).isPositive();
        assertThat(servers.subList(0, 3)).allSatisfy(server ->
                assertThat(server.stored).hasSize(CHUNKS).doesNotHaveDuplicates());
    }

    @Test
    void a_chunk_that_changed_since_the_interruption_is_stored_anew_and_no_other() throws Exception {
        servers.get(1).with((route, exchange) -> servers.get(1).stored.size() >= 8 && refuse(exchange, 507));
        assertThat(put(2, "--connections", 1).code()).isEqualTo(3);
        int before = servers.get(0).stored.size();
        byte[] changed = DATA.clone();
        changed[3 * Chunk.MAX_BYTES]++;
        Files.write(file, changed);
        servers.get(1).with((route, exchange) -> false);

        assertThat(put(2).code()).isZero();
        assertThat(before).isGreaterThanOrEqualTo(8);
        assertThat(servers.get(0).stored).hasSize(CHUNKS + 1).doesNotHaveDuplicates();
        assertThat(manifest().id(3)).isEqualTo(Chunk.of(Arrays.copyOfRange(changed, 3 * Chunk.MAX_BYTES,
                4 * Chunk.MAX_BYTES)).id());
    }

    @Test
    void copies_of_what_a_chunk_was_before_it_changed_do_not_count() throws Exception {
        servers.get(1).with((route, exchange) -> servers.get(1).stored.size() >= 8 && refuse(exchange, 507));
        assertThat(put(2, "--connections", 1).code()).isEqualTo(3);
        byte[] changed = DATA.clone();
        changed[3 * Chunk.MAX_BYTES]++;
        Files.write(file, changed);
        assertThat(put(2).code()).isEqualTo(3);
        servers.get(1).with((route, exchange) -> false);

        assertThat(put(2).code()).isZero();
        assertThat(servers.get(0).chunks).containsKey(manifest().id(3));
        assertThat(servers.get(1).chunks).containsKey(manifest().id(3));
        assertThat(servers.get(0).stored).doesNotHaveDuplicates();
    }

    @Test
    void copies_on_a_server_that_is_no_longer_named_do_not_count() throws Exception {
        servers.get(1).with((route, exchange) -> servers.get(1).stored.size() >= 4 && refuse(exchange, 507));
        assertThat(put(2, "--connections", 1).code()).isEqualTo(3);

        assertThat(Cli.run("put", file, "--copies", 2, "--server", servers.get(0).url(), "--server", servers.get(2).url())
                .code()).isZero();
        assertThat(servers.get(0).stored).hasSize(CHUNKS).doesNotHaveDuplicates();
        assertThat(servers.get(2).stored).hasSize(CHUNKS);
    }

    @Test
    void a_full_server_and_a_dead_one_are_replaced_by_others() throws Exception {
        servers.get(0).with((route, exchange) -> refuse(exchange, 507));
        servers.get(1).close();

        assertThat(put(4, "--copies", 2).code()).isZero();
        assertThat(servers.get(2).stored).hasSize(CHUNKS);
        assertThat(servers.get(3).stored).hasSize(CHUNKS);
    }

    @Test
    void a_server_that_assigns_ids_is_taken_at_its_word() throws Exception {
        servers.get(0).withRandomIds();

        assertThat(put(1).code()).isZero();
        assertThat(manifest().id(0).uuid().version()).isEqualTo(4);
        assertThat(servers.get(0).chunks).containsKey(manifest().id(0));
    }

    @Test
    void servers_that_give_one_chunk_different_ids_do_not_share_an_entry() throws Exception {
        servers.get(0).withRandomIds();

        Cli.Run run = put(3);
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("12 of 12 chunks have fewer copies than 3");
        Manifest manifest = manifest();
        for (int order = 0; order < CHUNKS; order++) {
            assertThat(manifest.urls(order)).containsExactlyInAnyOrder(servers.get(1).retrieveUrl(),
                    servers.get(2).retrieveUrl());
            assertThat(servers.get(1).chunks).containsKey(manifest.id(order));
        }
    }

    @Test
    void a_server_that_acknowledges_other_bytes_is_not_believed() throws Exception {
        servers.get(0).with((route, exchange) -> {
            FakeServer.answer(exchange, new Document().with("Id", Chunk.of(new byte[] {1}).id()));
            return true;
        });

        Cli.Run run = put(1);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("acknowledged other bytes");
        assertThat(folder).isDirectoryNotContaining("glob:**.apidrive*");
    }

    @Test
    void a_busy_server_is_waited_for_as_long_as_it_asks_and_that_is_said_once() throws Exception {
        AtomicLong first = new AtomicLong();
        servers.get(0).with((route, exchange) -> {
            first.compareAndSet(0, System.nanoTime());
            exchange.getResponseHeaders().set("Retry-After", "1");
            return System.nanoTime() - first.get() < 500_000_000L && refuse(exchange, 429);
        });

        long began = System.nanoTime();
        Cli.Run run = put(1, "--connections", CHUNKS);
        assertThat(run.code()).isZero();
        assertThat(System.nanoTime() - began).isGreaterThan(1_000_000_000L);
        assertThat(run.err().lines().filter(line -> line.contains("is busy (status 429")).toList()).hasSizeBetween(1, 3);
        assertThat(servers.get(0).stored).hasSize(CHUNKS);
    }

    @Test
    void a_server_that_asks_for_more_patience_than_there_is_ends_the_command_with_its_words() throws Exception {
        servers.get(0).with((route, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", "7200");
            return refuse(exchange, 429);
        });

        Cli.Run run = put(1, "--patience", 5);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("status 429", "120 min", "--patience");
    }

    @Test
    void a_server_that_is_not_there_is_given_up_soon() throws Exception {
        servers.get(0).close();

        assertThat(put(1).code()).isEqualTo(3);
        assertThat(folder).isDirectoryNotContaining("glob:**.apidrive*");
    }

    @Test
    void an_address_without_this_api_is_given_up_at_once() throws Exception {
        Cli.Run run = Cli.run("put", file, "--server", servers.get(0).url() + "/elsewhere", "--copies", 1);

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("404");
        assertThat(servers.get(0).requests.size()).isLessThanOrEqualTo(16);
    }

    @Test
    void what_stands_in_the_manifests_place_is_not_overwritten() throws Exception {
        Path mine = Files.writeString(folder.resolve("film.bin.apidrive"), "mine");

        assertThat(put(1).code()).isEqualTo(1);
        assertThat(mine).hasContent("mine");
        assertThat(servers.get(0).requests).isEmpty();
        assertThat(put(1, "--force").code()).isZero();
        assertThat(put(1).code()).isZero();
    }

    @Test
    void what_is_no_regular_file_is_refused_rather_than_stored_as_empty() {
        Cli.Run run = Cli.run("put", folder, "/dev/null", "--server", servers.get(0).url(), "--out", folder);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("/dev/null is not a regular file", folder + " is not a regular file");
    }

    @Test
    void a_file_that_is_not_there_fails_and_the_others_are_stored() throws Exception {
        Cli.Run run = Cli.run("put", folder.resolve("none"), file, "--server", servers.get(0).url(), "--json");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("there is no file");
        assertThat(run.json().number("ExitCode")).hasValue(1);
        assertThat(folder.resolve("film.bin.apidrive")).exists();
        assertThat(folder.resolve("none.apidrive.part")).doesNotExist();
    }

    private Cli.Run put(int count, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("put", file));
        servers.subList(0, count).forEach(server -> arguments.addAll(List.of("--server", server.url())));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private Manifest manifest() throws Exception {
        return ManifestReader.read(Files.newInputStream(folder.resolve("film.bin.apidrive"))).get(0);
    }

    private static boolean refuse(HttpExchange exchange, int status) throws IOException {
        FakeServer.refuse(exchange, status, "refused");
        return true;
    }
}
