package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.sun.net.httpserver.HttpExchange;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

@Timeout(60)
class GetCommandTest {
    private static final int CHUNKS = 40;
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 1_000, 2);

    @TempDir
    private Path folder;
    private Path manifest;
    private Path target;
    private List<FakeServer> servers;

    @BeforeEach
    void put() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        servers = IntStream.range(0, 3).mapToObj(i -> FakeServer.start()).toList();
        List<Object> arguments = new ArrayList<>(List.of("put", file, "--quiet"));
        servers.forEach(server -> arguments.addAll(List.of("--server", server.url())));
        assertThat(Cli.run(arguments.toArray()).code()).isZero();
        manifest = folder.resolve("film.bin.apidrive");
        target = folder.resolve("back.bin");
        servers.forEach(server -> server.requests.clear());
    }

    @AfterEach
    void stop() {
        servers.forEach(FakeServer::close);
    }

    @Test
    void a_file_comes_back_byte_for_byte_from_all_its_servers() {
        Cli.Run run = get("--json");

        assertThat(run.code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(servers).allSatisfy(server -> assertThat(server.retrieved).isNotEmpty());
        assertThat(run.file().number("ChunksFetched")).hasValue(CHUNKS);
        assertThat(folder).isDirectoryNotContaining("glob:**.part*");
    }

    @Test
    void without_out_the_name_in_the_manifest_is_used_below_a_folder() throws Exception {
        Path into = Files.createDirectory(folder.resolve("into"));

        assertThat(Cli.run("get", manifest, "--out", into).code()).isZero();
        assertThat(into.resolve("film.bin")).hasBinaryContent(DATA);
    }

    @Test
    void an_empty_file_comes_back() throws Exception {
        Files.writeString(manifest, "{\"empty\":[]}");

        assertThat(get().code()).isZero();
        assertThat(target).exists().isEmptyFile();
    }

    @Test
    void a_manifest_written_by_hand_is_enough() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int order = CHUNKS - 1; order >= 0; order--) {
            ChunkId random = new ChunkId(UUID.randomUUID());
            servers.get(1).chunks.put(random, chunk(order));
            servers.get(2).chunks.put(random, chunk(order));
            String id = order % 2 == 0 ? random.toString() : "{" + random.toString().toUpperCase() + "}";
            entries.add("{\"url3\":\"" + servers.get(2).retrieveUrl() + "\",\"ORDER\":" + order + ",\"note\":[1,{}],\"id\":\""
                    + id + "\",\"URL1\":\"" + servers.get(0).retrieveUrl() + "\",\"URL2\":\"" + servers.get(1).retrieveUrl()
                    + "\"}");
        }
        Files.writeString(manifest, "{\"one.bin\":[" + String.join(",", entries) + "],\"two.bin\":[]}");
        Path into = folder.resolve("into");

        assertThat(Cli.run("get", manifest, "--out", into).code()).isZero();
        assertThat(into.resolve("one.bin")).hasBinaryContent(DATA);
        assertThat(into.resolve("two.bin")).isEmptyFile();
    }

    @Test
    void chunks_of_any_sizes_are_joined_without_gaps() throws Exception {
        StringBuilder entries = new StringBuilder();
        byte[] expected = new byte[0];
        for (int order = 0; order < 5; order++) {
            byte[] part = Cli.bytes(100 * order, order);
            expected = ByteBuffer.allocate(expected.length + part.length).put(expected).put(part).array();
            entries.append(order == 0 ? "" : ",").append("{\"Id\":\"").append(servers.get(0).keep(part))
                    .append("\",\"Order\":").append(order).append(",\"URL1\":\"").append(servers.get(0).retrieveUrl())
                    .append("\"}");
        }
        Files.writeString(manifest, "{\"x\":[" + entries + "]}");

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(expected);
        assertThat(folder).isDirectoryNotContaining("glob:**.part*");
    }

    @Test
    void a_server_that_answers_other_bytes_is_overruled() {
        servers.get(0).with((route, exchange) -> {
            FakeServer.answer(exchange, new Document().with("Id", null).with("Data", new byte[Chunk.MAX_BYTES]));
            return true;
        });
        servers.get(1).with((route, exchange) -> {
            FakeServer.answer(exchange, 200, "no bson".getBytes());
            return true;
        });

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void bytes_that_no_server_has_right_are_never_written_under_the_name() {
        ChunkId broken = Chunk.of(chunk(7)).id();
        servers.forEach(server -> server.chunks.put(broken, Cli.bytes(Chunk.MAX_BYTES, 99)));

        Cli.Run run = get();
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("1 of 40 chunks", "chunk 7", "other bytes");
        assertThat(target).doesNotExist();
        servers.get(2).keep(chunk(7));
        servers.forEach(server -> server.retrieved.clear());

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(servers).allSatisfy(server -> assertThat(server.retrieved).isSubsetOf(broken));
        assertThat(servers.get(2).retrieved).contains(broken);
    }

    @Test
    void a_chunk_that_is_nowhere_leaves_the_others_for_later() {
        ChunkId lost = Chunk.of(chunk(5)).id();
        servers.forEach(server -> server.chunks.remove(lost));

        Cli.Run run = get("--json");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.json().number("ExitCode")).hasValue(3);
        assertThat(run.err()).contains("chunk 5", "No such chunk");
        assertThat(folder.resolve("back.bin.part")).exists();
    }

    @Test
    void the_original_answers_500_for_what_it_does_not_have_and_another_server_is_asked() {
        servers.get(0).asOriginal().chunks.clear();
        servers.get(1).asOriginal().chunks.clear();

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void an_answer_without_end_is_cut_off() {
        AtomicInteger sent = new AtomicInteger();
        servers.get(0).with((route, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (sent.get() < 1 << 30) {
                    out.write(new byte[65_536]);
                    sent.addAndGet(65_536);
                }
            }
            return true;
        });
        servers.get(1).chunks.clear();
        servers.get(2).chunks.clear();

        Cli.Run run = get("--connections", 1);
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("too long");
        assertThat(sent.get()).isLessThan(1 << 30);
    }

    @Test
    void a_slow_server_is_overtaken_and_its_exchange_broken_off() throws Exception {
        AtomicInteger brokenOff = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        servers.get(0).with((route, exchange) -> {
            exchange.sendResponseHeaders(200, 100_000);
            try {
                while (!over.await(100, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write(0);  // a byte now and then: headers and life signs, but no chunk
                    exchange.getResponseBody().flush();
                }
            } catch (IOException e) {
                brokenOff.incrementAndGet();
            }
            return true;
        });

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(servers.get(0).requests).isNotEmpty();
        await().untilAsserted(() -> assertThat(brokenOff.get()).isPositive());
        over.countDown();
    }

    @Test
    void an_exchange_that_never_ends_is_given_up_in_time() {
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean(true);
        servers.get(1).chunks.clear();
        servers.get(2).chunks.clear();
        servers.get(0).with((route, exchange) -> hangs.getAndSet(false) && !over.await(50, TimeUnit.SECONDS));

        assertThat(get("--timeout", 1).code()).isZero();
        over.countDown();
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void dead_servers_are_done_without() {
        servers.get(0).close();
        servers.get(1).close();

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void when_all_are_dead_it_ends_soon_and_says_so() {
        servers.forEach(FakeServer::close);

        Cli.Run run = get();
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("is given up");
    }

    @Test
    void an_address_that_cannot_be_is_given_up_like_a_dead_server() throws Exception {
        ChunkId id = servers.get(0).keep(new byte[] {1});
        String entry = "{\"x\":[{\"Id\":\"" + id + "\",\"Order\":0,\"URL1\":\"http://127.0.0.1:99999/api/drive/retrieve\"MORE}]}";
        Files.writeString(manifest, entry.replace("MORE", ""));
        assertThat(get().code()).isEqualTo(3);
        Files.writeString(manifest, entry.replace("MORE", ",\"URL2\":\"" + servers.get(0).retrieveUrl() + "\""));

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(new byte[] {1});
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Cli.Run run = Cli.run("get", manifest, "--out", folder.resolve("none/x"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("there is no folder " + folder.resolve("none"));
    }

    @Test
    void a_busy_server_is_waited_for_until_the_date_it_names() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
        long until = System.nanoTime() + 1_000_000_000;
        servers.get(1).chunks.clear();
        servers.get(2).chunks.clear();
        servers.get(0).with((route, exchange) -> {
            exchange.getResponseHeaders().set("Retry-After", date);
            return System.nanoTime() - until < 0 && refuse(exchange, 503);
        });

        Cli.Run run = get();
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("is busy (status 503");
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void after_a_kill_only_what_had_not_come_is_fetched() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger answered = new AtomicInteger();
        for (FakeServer server : servers) {
            server.with((route, exchange) -> route.equals("POST retrieve") && answered.incrementAndGet() > CHUNKS / 2
                    && !go.await(30, TimeUnit.SECONDS));
        }
        Process process = Cli.process(folder.resolve("log"), "get", manifest, "--out", target, "--connections", 4);
        Path journal = folder.resolve("back.bin.part.journal");
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> Files.exists(journal) && Files.size(journal) >= 48 + 16 * (CHUNKS / 2));
        process.destroyForcibly().waitFor();
        go.countDown();
        servers.forEach(server -> {
            server.with((route, exchange) -> false);
            server.retrieved.clear();
        });

        Cli.Run run = get("--json");
        assertThat(run.code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(run.file().number("ChunksFetched")).hasValue(CHUNKS / 2);
        List<ChunkId> again = new ArrayList<>();
        servers.forEach(server -> again.addAll(server.retrieved));
        assertThat(new HashSet<>(again)).hasSize(CHUNKS / 2);
    }

    @Test
    void bytes_that_were_spoiled_since_the_interruption_are_fetched_again() throws Exception {
        ChunkId lost = Chunk.of(chunk(5)).id();
        servers.forEach(server -> server.chunks.remove(lost));
        assertThat(get().code()).isEqualTo(3);
        try (FileChannel part = FileChannel.open(folder.resolve("back.bin.part"), StandardOpenOption.WRITE)) {
            part.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 9 * Chunk.MAX_BYTES);
        }
        servers.get(0).keep(chunk(5));

        Cli.Run run = get("--json");
        assertThat(run.code()).isZero();
        assertThat(run.file().number("ChunksFetched")).hasValue(2);
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void a_partial_file_of_another_manifest_is_begun_anew() throws Exception {
        servers.forEach(server -> server.chunks.remove(Chunk.of(chunk(5)).id()));
        assertThat(get().code()).isEqualTo(3);
        ChunkId other = servers.get(0).keep(new byte[] {1, 2});
        Files.writeString(manifest, "{\"x\":[{\"Id\":\"" + other + "\",\"Order\":0,\"URL1\":\"" + servers.get(0).retrieveUrl()
                + "\"}]}");

        assertThat(get().code()).isZero();
        assertThat(target).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void a_foreign_part_file_is_left_alone() throws Exception {
        Path part = Files.writeString(folder.resolve("back.bin.part"), "of another program");

        assertThat(get().code()).isEqualTo(1);
        assertThat(part).hasContent("of another program");
    }

    @Test
    void another_file_of_the_name_is_not_overwritten() throws Exception {
        Files.writeString(target, "mine");

        Cli.Run run = get();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--force");
        assertThat(target).hasContent("mine");
        assertThat(servers).allSatisfy(server -> assertThat(server.requests).isEmpty());
        assertThat(get("--force").code()).isZero();
        assertThat(target).hasBinaryContent(DATA);
    }

    @Test
    void the_same_file_that_is_there_already_is_not_fetched_again() throws Exception {
        Files.write(target, DATA);

        assertThat(get().code()).isZero();
        assertThat(servers).allSatisfy(server -> assertThat(server.requests).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/etc/evil", "..", "a/b", "a\\\\b", "", " ", "nul\\u0000"})
    void a_name_that_leads_out_of_the_folder_is_refused(String name) throws Exception {
        Path into = Files.createDirectory(folder.resolve("into"));
        Files.writeString(manifest, "{\"" + name + "\":[]}");

        Cli.Run run = Cli.run("get", manifest, "--out", into);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("not a plain file name");
        assertThat(into).isEmptyDirectory();
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "[]", "{\"x\":{}}", "{\"x\":[{}]}", "{\"x\":[]", "{\"x\":[]} {}", "{}",
        "{\"x\":[ID,\"Order\":1,URL}]}", "{\"x\":[ID,\"Order\":-1,URL}]}", "{\"x\":[ID,\"Order\":0,URL},ID,\"Order\":0,URL}]}",
        "{\"x\":[ID,\"Order\":0,URL,\"Size\":65537}]}", "{\"x\":[ID,\"Order\":0,URL,\"Size\":-1}]}",
        "{\"x\":[ID,\"Order\":0,URL,\"Size\":99999999999}]}", "{\"x\":[ID,\"Order\":99999999999,URL}]}",
        "{\"x\":[ID,\"Order\":0}]}", "{\"x\":[ID,\"Order\":0,\"URL1\":\"ftp://a/b\"}]}",
        "{\"x\":[ID,\"Order\":0,\"URL1\":\"file:///etc/passwd\"}]}", "{\"x\":[ID,\"Order\":0,\"URL1\":\"/b\"}]}",
        "{\"x\":[ID,\"Order\":\"0\",URL}]}", "{\"x\":[{\"Id\":\"x\",\"Order\":0,URL}]}",
        "{\"x\":[ID,\"Order\":0,URL,\"Digest\":\"00\"}]}", "{\"x\":[],\"x\":[]}"})
    void a_manifest_that_makes_no_whole_is_an_error_before_anything_is_fetched(String text) throws Exception {
        Files.writeString(manifest, text.replace("ID", "{\"Id\":\"" + UUID.randomUUID() + "\"")
                .replace(",URL", ",\"URL1\":\"" + servers.get(0).retrieveUrl() + "\""));

        Cli.Run run = get();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("manifest");
        assertThat(servers.get(0).requests).isEmpty();
        assertThat(target).doesNotExist();
    }

    @Test
    void a_chunk_that_some_servers_cannot_have_now_comes_from_another_without_a_wait() {
        ChunkId id = Chunk.of(chunk(3)).id();
        servers.get(0).away.put(id, 50);
        servers.get(1).away.put(id, 50);

        Cli.Run run = get("--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(run.err()).doesNotContain("is busy");
    }

    @Test
    void a_chunk_that_may_come_back_is_waited_for_after_all_were_asked_and_it_is_told_what_each_said() throws Exception {
        ChunkId id = Chunk.of(chunk(3)).id();
        servers.get(0).away.put(id, 2);
        servers.get(1).chunks.remove(id);
        servers.get(2).chunks.remove(id);
        Thread comeback = new Thread(() -> {
            await().until(() -> servers.stream().filter(server -> server.retrieved.contains(id)).count() == 3);
            servers.get(0).away.clear();
        });
        comeback.start();

        Cli.Run run = get();

        comeback.join();
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(target).hasBinaryContent(DATA);
        assertThat(run.err().lines().filter(line -> line.contains("cannot be had now"))).singleElement().asString().contains(
                "chunk 3", servers.get(0).url() + ": status 503, one that may keep it is away", servers.get(1).url() + ": status 404",
                servers.get(2).url() + ": status 404");
    }

    @Test
    void a_chunk_that_does_not_come_back_is_lost_when_patience_ends_and_the_others_are_there_long_before() {
        ChunkId id = Chunk.of(chunk(3)).id();
        servers.forEach(server -> server.away.put(id, 1));
        long began = System.nanoTime();

        Cli.Run run = get("--patience", 3);

        assertThat(run.code()).isEqualTo(3);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(15));
        assertThat(run.err()).contains("1 of 40 chunks could not be fetched").contains(
                servers.stream().map(server -> server.url() + ": status 503").toArray(String[]::new));
        assertThat(run.err()).doesNotContain("is busy");
    }

    private Cli.Run get(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("get", manifest, "--out", target));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static byte[] chunk(int order) {
        return Arrays.copyOfRange(DATA, order * Chunk.MAX_BYTES, Math.min(DATA.length, (order + 1) * Chunk.MAX_BYTES));
    }

    private static boolean refuse(HttpExchange exchange, int status) throws IOException {
        FakeServer.answer(exchange, status, Format.BSON.write(new Document().with("detail", "refused")));
        return true;
    }
}
