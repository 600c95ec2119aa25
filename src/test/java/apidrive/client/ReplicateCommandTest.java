package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

@Timeout(60)
class ReplicateCommandTest {
    private static final int CHUNKS = 12;
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 1_000, 9);

    @TempDir
    private Path folder;
    private Path manifestPath;
    private List<FakeServer> servers;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.write(folder.resolve("film.bin"), DATA);
        manifestPath = folder.resolve("film.bin.apidrive");
        servers = IntStream.range(0, 4).mapToObj(i -> FakeServer.start()).toList();
        assertThat(Cli.run("put", file, "--server", servers.get(0).url(), "--server", servers.get(1).url(), "--copies", 2,
                "--quiet").code()).isZero();
    }

    @AfterEach
    void stop() {
        servers.forEach(FakeServer::close);
    }

    @Test
    void a_lost_copy_is_made_again() throws Exception {
        ChunkId lost = manifest().id(4);
        servers.get(1).chunks.remove(lost);

        Cli.Run run = replicate(2, "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(servers.get(1).chunks).containsKey(lost);
        assertThat(run.file().number("ChunksThatLacked")).hasValue(1);
        assertThat(run.file().number("CopiesMade")).hasValue(1);
    }

    @Test
    void where_nothing_lacks_nothing_is_moved() throws Exception {
        Cli.Run run = replicate(2);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("12 chunks, 0 had fewer than 2 copies, 0 copies were made; 12 have enough now");
        assertThat(servers).allSatisfy(server -> assertThat(server.retrieved).isEmpty());
    }

    @Test
    void more_copies_go_to_further_servers_and_the_manifest_names_them() throws Exception {
        Cli.Run run = replicate(3, "--server", servers.get(2).url());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(servers.get(2).chunks).hasSize(CHUNKS);
        assertThat(manifest().urls(0)).contains(servers.get(2).retrieveUrl());
        servers.get(0).close();
        servers.get(1).close();
        assertThat(Cli.run("get", manifestPath, "--out", folder.resolve("back")).code()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
    }

    @Test
    void a_server_that_is_gone_is_replaced() throws Exception {
        servers.get(0).close();

        assertThat(replicate(2, "--server", servers.get(3).url()).code()).isZero();
        assertThat(servers.get(3).chunks).hasSize(CHUNKS);
    }

    @Test
    void more_copies_than_servers_are_a_warning_and_exit_code_4() throws Exception {
        servers.get(1).chunks.clear();

        Cli.Run run = replicate(3);

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("3 copies are wanted but only 2 servers are known");
        assertThat(servers.get(1).chunks).as("what can be done is").hasSize(CHUNKS);
    }

    @Test
    void a_copy_that_no_server_takes_is_exit_code_4_with_its_reason() throws Exception {
        FakeServer full = servers.get(2).with((route, exchange) -> {
            if (!route.endsWith("store")) {
                return false;
            }
            FakeServer.refuse(exchange, 507, "No free slot");
            return true;
        });

        Cli.Run run = replicate(3, "--server", full.url());

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("12 have fewer, 0 of them none", "No free slot");
    }

    @Test
    void a_lost_chunk_is_exit_code_4_and_the_others_are_copied() throws Exception {
        ChunkId lost = manifest().id(0);
        ChunkId lacking = manifest().id(1);
        servers.forEach(server -> server.chunks.remove(lost));
        servers.get(0).chunks.remove(lacking);

        Cli.Run run = replicate(2);

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("1 have fewer, 1 of them none");
        assertThat(servers.get(0).chunks).containsKey(lacking);
    }

    @Test
    void without_any_server_that_answers_it_says_so_and_does_not_succeed() throws Exception {
        servers.forEach(FakeServer::close);

        Cli.Run run = replicate(2);

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("12 of them none", "nowhere to be had");
    }

    @Test
    void wrong_bytes_are_not_copied() throws Exception {
        ChunkId id = manifest().id(0);
        servers.get(0).chunks.put(id, Cli.bytes(Chunk.MAX_BYTES, 77));
        servers.get(1).chunks.remove(id);

        assertThat(replicate(2).code()).isEqualTo(4);
        assertThat(servers.get(1).chunks).doesNotContainKey(id);
    }

    @Test
    void a_network_is_asked_once_for_a_chunk_and_makes_all_copies() throws Exception {
        try (FakeNetwork network = new FakeNetwork("ours", 5)) {
            Path file = folder.resolve("film.bin");
            assertThat(Cli.run("put", file, "--server", network.servers.get(0).url()).code()).isZero();
            ChunkId lost = manifest().id(3);
            network.ranking(lost).subList(1, 5).forEach(server -> server.chunks.remove(lost));
            network.wishes.clear();

            Cli.Run run = replicate(3, "--json");

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(network.wishes).containsExactly("3/3");
            assertThat(network.holders(lost)).hasSize(3);
            assertThat(run.file().number("CopiesMade")).hasValue(2);
        }
    }

    @Test
    void what_is_to_be_replicated_is_named_by_manifests_or_by_servers_with_a_token() {
        String url = servers.get(0).url().toString();
        for (Object[] more : List.of(new Object[] {}, new Object[] {"--all"}, new Object[] {"--all", "--server", url},
                new Object[] {"--all", "--token-file", manifestPath}, new Object[] {manifestPath, "--writer-token-file", manifestPath},
                new Object[] {manifestPath, "--all", "--server", url, "--token-file", manifestPath})) {
            List<Object> arguments = new ArrayList<>(List.of("replicate", "--min-copies", 1));
            arguments.addAll(List.of(more));
            assertThat(Cli.run(arguments.toArray()).code()).as(arguments.toString()).isEqualTo(2);
        }
    }

    private Cli.Run replicate(int copies, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("replicate", "--min-copies", copies, manifestPath));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private Manifest manifest() throws Exception {
        return ManifestReader.read(Files.newInputStream(manifestPath)).get(0);
    }
}
