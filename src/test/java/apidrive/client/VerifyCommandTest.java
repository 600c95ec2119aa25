package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.manifest.ManifestReader;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

@Timeout(60)
class VerifyCommandTest {
    private static final int CHUNKS = 6;

    @TempDir
    private Path folder;
    private Path manifest;
    private List<FakeServer> servers;
    private List<ChunkId> ids;

    @BeforeEach
    void put() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), Cli.bytes(CHUNKS * Chunk.MAX_BYTES, 3));
        servers = IntStream.range(0, 3).mapToObj(i -> FakeServer.start()).toList();
        List<Object> arguments = new ArrayList<>(List.of("put", file, "--quiet"));
        servers.forEach(server -> arguments.addAll(List.of("--server", server.url())));
        assertThat(Cli.run(arguments.toArray()).code()).isZero();
        manifest = folder.resolve("film.bin.apidrive");
        var read = ManifestReader.read(Files.newInputStream(manifest)).get(0);
        ids = IntStream.range(0, CHUNKS).mapToObj(read::id).toList();
        servers.forEach(server -> server.requests.clear());
    }

    @AfterEach
    void stop() {
        servers.forEach(FakeServer::close);
    }

    @Test
    void a_whole_file_has_all_its_copies_and_none_is_retrieved() {
        Cli.Run run = Cli.run("verify", manifest, "--copies", 3);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("6 with 3 live copies").doesNotContain("worst");
        assertThat(servers).allSatisfy(server -> assertThat(server.retrieved).isEmpty());
    }

    @Test
    void missing_copies_are_counted_and_the_worst_chunks_named() {
        servers.get(0).chunks.remove(ids.get(2));
        servers.get(1).chunks.remove(ids.get(2));
        servers.get(1).chunks.remove(ids.get(4));

        assertThat(Cli.run("verify", manifest).code()).isZero();
        Cli.Run run = Cli.run("verify", manifest, "--copies", 3);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("4 with 3 live copies", "1 with 2 live copies", "1 with 1 live copy",
                servers.get(1).url() + ": 4 live, 2 missing");
        assertThat(run.out().indexOf("worst: chunk 2, " + ids.get(2) + ": 1 of 3"))
                .isPositive().isLessThan(run.out().indexOf("worst: chunk 4, " + ids.get(4) + ": 2 of 3"));
    }

    @Test
    void a_chunk_without_any_copy_is_exit_code_4_also_for_programs() {
        servers.forEach(server -> server.chunks.remove(ids.get(0)));

        Cli.Run run = Cli.run("verify", manifest, "--json");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.json().number("ExitCode")).hasValue(4);
        assertThat(run.file().get("LiveCopies").orElseThrow()).asInstanceOf(
                InstanceOfAssertFactories.LIST).hasSize(2);
    }

    @Test
    void a_dead_server_has_no_live_copies() {
        servers.get(2).close();

        Cli.Run run = Cli.run("verify", manifest, "--copies", 3);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("6 with 2 live copies", servers.get(2).url() + ": 0 live, 6 missing");
    }

    @Test
    void where_head_is_not_known_the_chunk_is_retrieved() {
        servers.get(0).asOriginal();
        servers.get(1).with((route, exchange) -> {
            if (route.startsWith("HEAD")) {
                exchange.sendResponseHeaders(405, -1);
                exchange.close();
            }
            return route.startsWith("HEAD");
        });

        assertThat(Cli.run("verify", manifest, "--copies", 3).code()).isZero();
        assertThat(servers.get(0).retrieved).hasSize(CHUNKS);
        assertThat(servers.get(1).retrieved).hasSize(CHUNKS);
        assertThat(servers.get(2).retrieved).isEmpty();
    }

    @Test
    void other_bytes_of_the_same_size_are_found_by_their_digest_and_by_a_deep_look() {
        servers.get(0).chunks.put(ids.get(1), new byte[Chunk.MAX_BYTES]);

        assertThat(Cli.run("verify", manifest, "--copies", 3).code()).isEqualTo(4);
        Cli.Run deep = Cli.run("verify", manifest, "--copies", 3, "--deep");
        assertThat(deep.code()).isEqualTo(4);
        assertThat(deep.out()).contains("5 with 3 live copies", "1 with 2 live copies");
        assertThat(servers).allSatisfy(server -> assertThat(server.retrieved).hasSize(CHUNKS));
    }
}
