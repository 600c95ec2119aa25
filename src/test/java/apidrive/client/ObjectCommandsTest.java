package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Chunk;
import apidrive.wire.Digest;

/** {@code put --object} and {@code get ROOT} through a real node. */
@Timeout(180)
class ObjectCommandsTest {
    private static final byte[] DATA = Cli.bytes(3_000_000, 12);
    private static TestNode node;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_file_goes_as_an_object_and_comes_back_under_its_name() throws Exception {
        Path file = Files.write(folder.resolve("naïve film.bin"), DATA);
        Cli.Run put = Cli.run("put", "--object", file, "--server", node.uri(""), "--json");
        String root = put.file().text("Root").orElseThrow();

        assertThat(put.code()).isZero();
        assertThat(put.file().text("Sha256")).contains(Digest.of(DATA).toString());
        assertThat(put.file().text("Url")).contains(node.uri("/api/drive/object/" + root).toString());
        assertThat(folder.toFile().list()).containsExactly("naïve film.bin");
        assertThat(Cli.run("get", root, "--server", node.uri(""), "--out", folder.resolve("back")).code()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
        Path other = Files.createDirectory(folder.resolve("other"));
        assertThat(Cli.run("get", root.toUpperCase(), "--server", node.uri(""), "--out", other).code()).isZero();
        assertThat(other.resolve("naïve film.bin")).hasBinaryContent(DATA);
    }

    @Test
    void an_object_that_is_given_a_name_is_got_listed_and_deleted_by_it() throws Exception {
        Path file = Files.write(folder.resolve("a b.bin"), DATA);
        String server = node.uri("").toString();
        Cli.Run put = Cli.run("put", "--object", "--name", "films/2026/naïve + 1.bin", file, "--server", server, "--json");
        assertThat(put.code()).isZero();
        assertThat(put.file().text("Url")).contains(server + "/api/drive/name/films/2026/na%C3%AFve%20%2B%201.bin");

        assertThat(Cli.run("get", "--name", "films/2026/naïve + 1.bin", "--server", server, "--out", folder.resolve("back")).code()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
        assertThat(Cli.run("ls", "films/2026/", "--server", server).out()).contains("2026/naïve + 1.bin").contains("3000000");
        assertThat(Cli.run("ls", "films/2026/", "--server", server, "--names").out()).isEqualTo("2026/naïve + 1.bin" + System.lineSeparator());
        assertThat(Cli.run("ls", "films/2027/", "--server", server).out()).isEmpty();
        assertThat(Cli.run("rm", "films/2026/naïve + 1.bin", "--server", server).code()).isZero();
        assertThat(Cli.run("rm", "films/2026/naïve + 1.bin", "--server", server).code()).isEqualTo(1);
        assertThat(Cli.run("get", "--name", "films/2026/naïve + 1.bin", "--server", server, "--out", folder.resolve("gone")).code()).isEqualTo(1);
        assertThat(Cli.run("ls", "films", "--server", server).out()).isEmpty();
    }

    @Test
    void a_blob_of_sos_clients_is_deleted_with_an_administrators_token() throws Exception {
        String server = node.uri("").toString();
        Web web = new Web(node);
        web.call("POST", "/blob/one", DATA);
        web.call("POST", "/blob/two", DATA);
        Path token = Files.writeString(folder.resolve("token"), new AdminCaller(node).signedIn().token("token"));
        assertThat(Cli.run("rm", "--sos", "one", "two", "--server", server).code()).as("without a token").isEqualTo(2);
        assertThat(Cli.run("rm", "--sos", "one", "two", "--server", server, "--token-file", token).code()).isZero();
        assertThat(web.call("GET", "/blob/one", null).statusCode()).isEqualTo(404);
        assertThat(web.call("GET", "/blobs", null).body()).asString().isEqualTo("[]");
        assertThat(Cli.run("rm", "--sos", "one", "--server", server, "--token-file", token).code()).isEqualTo(1);
        assertThat(Cli.run("rm", "no-namespace", "--server", server).code()).isEqualTo(2);
    }

    @Test
    void where_a_token_is_demanded_of_whoever_writes_commands_bring_it() throws Exception {
        try (TestNode shut = TestNode.start(Map.of("write-tokens", "true"))) {
            String server = shut.uri("").toString();
            Path file = Files.write(folder.resolve("a.bin"), Cli.bytes(200_000, 4));
            Path token = Files.writeString(folder.resolve("token"), new AdminCaller(shut).signedIn().token("writer"));
            Cli.Run refused = Cli.run("put", "--object", file, "--server", server);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("token");
            assertThat(Cli.run("put", "--object", "--name", "files/a", file, "--server", server, "--token-file", token).code()).isZero();
            assertThat(Cli.run("put", file, "--server", server, "--token-file", token, "--direct", "--copies", "1").code()).isZero();
            assertThat(Cli.run("get", folder.resolve("a.bin.apidrive"), "--out", folder.resolve("back")).code()).isZero();
            assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
            assertThat(Cli.run("rm", "files/a", "--server", server).code()).isEqualTo(1);
            assertThat(Cli.run("rm", "files/a", "--server", server, "--token-file", token).code()).isZero();
        }
    }

    @Test
    void an_object_and_its_name_are_kept_for_a_chosen_time() throws Exception {
        Path file = Files.write(folder.resolve("brief.bin"), Cli.bytes(1_000, 5));
        String server = node.uri("").toString();
        assertThat(Cli.run("put", "--object", "--lifetime", "PT12H", "--name", "brief/a", file, "--server", server).code()).isZero();
        String sha256 = Digest.of(Cli.bytes(1_000, 5)).toString();
        for (String name : List.of("brief/a", "sha256/" + sha256)) {
            assertThat(Web.header(new Web(node).call("HEAD", "/api/drive/name/" + name, null), "Apidrive-Ends")).as(name).isNotNull();
        }
        assertThat(Cli.run("put", "--object", "--lifetime", "never", file, "--server", server).code()).isEqualTo(2);
        assertThat(Cli.run("put", "--lifetime", "60", file, "--server", server).code()).isEqualTo(2);
    }

    @Test
    void a_name_goes_with_one_object_and_a_server() throws Exception {
        Path file = Files.write(folder.resolve("a"), DATA);
        assertThat(Cli.run("put", "--name", "films/a", file, "--server", node.uri("")).code()).isEqualTo(2);
        assertThat(Cli.run("put", "--object", "--name", "films", file, "--server", node.uri("")).code()).isEqualTo(2);
        assertThat(Cli.run("get", "--name", "films/a").code()).isEqualTo(2);
        assertThat(Cli.run("get", "--server", node.uri("")).code()).isEqualTo(2);
        assertThat(Cli.run("get", file, "--name", "films/a", "--server", node.uri("")).code()).isEqualTo(2);
    }

    @Test
    void an_empty_file_is_an_object_too() throws Exception {
        Path file = Files.createFile(folder.resolve("empty"));
        String root = Cli.run("put", "--object", file, "--server", node.uri(""), "--json").file().text("Root").orElseThrow();

        assertThat(Cli.run("get", root, "--server", node.uri(""), "--out", folder.resolve("back")).code()).isZero();
        assertThat(folder.resolve("back")).isEmptyFile();
    }

    @Test
    void a_put_that_was_killed_goes_on_where_it_ended() throws Exception {
        byte[] data = Cli.bytes(80 << 20, 5);
        Path file = Files.write(folder.resolve("film.bin"), data);
        Path journal = folder.resolve("film.bin.object.part");
        Process process = Cli.process(folder.resolve("log"), "put", "--object", file, "--server", node.uri(""));
        await().atMost(60, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(20))
                .until(() -> node.database().number("SELECT COALESCE(max(received), 0) FROM apidrive.upload WHERE length = 83886080") > 0);
        process.destroyForcibly().waitFor();
        assertThat(journal).exists();
        await().until(() -> node.database().number("SELECT count(*) FROM apidrive.upload WHERE writer IS NOT NULL") == 0);
        long received = node.database().number("SELECT received FROM apidrive.upload WHERE length = 83886080");
        assertThat(received).isBetween(1L, data.length - 1L);

        Cli.Run put = Cli.run("put", "--object", file, "--server", node.uri(""), "--json");
        assertThat(put.code()).as(put.err()).isZero();
        assertThat(put.file().text("Sha256")).contains(Digest.of(data).toString());
        assertThat(node.database().number("SELECT count(*) FROM apidrive.upload WHERE length = 83886080")).as("the same upload").isOne();
        assertThat(journal).doesNotExist();
    }

    @Test
    void a_chunk_that_lies_in_the_tree_is_found_out_and_an_object_that_is_none_is_told() throws Exception {
        Path file = Files.write(folder.resolve("a.bin"), Cli.bytes(200_000, 77));
        String root = Cli.run("put", "--object", file, "--server", node.uri(""), "--json").file().text("Root").orElseThrow();

        Cli.Run unknown = Cli.run("get", Chunk.of(new byte[] {3}).id(), "--server", node.uri(""), "--out", folder.resolve("x"));
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("nowhere to be had");
        assertThat(Cli.run("get", root, "--out", folder.resolve("x")).code()).isEqualTo(2);
        String chunk = Chunk.of(java.util.Arrays.copyOf(Cli.bytes(200_000, 77), 65_536)).id().toString();
        Cli.Run noRoot = Cli.run("get", chunk, "--server", node.uri(""), "--out", folder.resolve("x"));
        assertThat(noRoot.code()).isEqualTo(1);
        assertThat(noRoot.err()).contains("no usable node");
        assertThat(Cli.run("put", "--object", file, "--server", node.uri(""), "--out", folder.resolve("m")).code()).isEqualTo(2);
    }

    @Test
    void a_server_that_gives_the_root_of_another_object_is_found_out() throws Exception {
        Path file = Files.write(folder.resolve("a.bin"), Cli.bytes(1_000, 78));
        String other = Cli.run("put", "--object", file, "--server", node.uri(""), "--json").file().text("Root").orElseThrow();
        byte[] root;
        try (var in = node.uri("/api/drive/chunk/" + other).toURL().openStream()) {
            root = in.readAllBytes();
        }
        try (FakeServer liar = FakeServer.start().with((route, exchange) -> {
            boolean isChunk = route.startsWith("GET chunk/");
            if (isChunk) {
                FakeServer.answer(exchange, 200, root);
            }
            return isChunk;
        })) {
            Cli.Run get = Cli.run("get", Chunk.of(new byte[] {4}).id(), "--server", liar.url(), "--out", folder.resolve("x"));
            assertThat(get.code()).isEqualTo(1);
            assertThat(get.err()).contains("gave other bytes");
        }
    }

    @Test
    void get_reads_the_manifest_that_the_node_exports() throws Exception {
        Path file = Files.write(folder.resolve("a.bin"), DATA);
        String url = Cli.run("put", "--object", file, "--server", node.uri(""), "--json").file().text("Url").orElseThrow();
        Path manifest = folder.resolve("a.apidrive");
        try (var in = new java.net.URL(url + ".apidrive").openStream()) {
            Files.copy(in, manifest);
        }
        assertThat(Cli.run("get", manifest, "--out", folder.resolve("back")).code()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
    }
}
