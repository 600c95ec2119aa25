package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.manifest.Manifest;
import apidrive.manifest.ManifestReader;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

/** What the client does where servers are a network. */
@Timeout(60)
class NetworkTest {
    private static final int CHUNKS = 40;
    private static final byte[] DATA = Cli.bytes((CHUNKS - 1) * Chunk.MAX_BYTES + 1_000, 8);

    @TempDir
    private Path folder;
    private Path file;
    private Path manifestPath;
    private final FakeNetwork network = new FakeNetwork("ours", 5);

    @BeforeEach
    void write() throws Exception {
        file = Files.write(folder.resolve("film.bin"), DATA);
        manifestPath = folder.resolve("film.bin.apidrive");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void each_chunk_is_sent_once_and_to_its_first_holder() throws Exception {
        Cli.Run run = put(network.servers.get(2));

        assertThat(run.code()).as(run.err()).isZero();
        for (ChunkId id : ids()) {
            for (FakeServer server : network.servers) {
                assertThat(server.stored.contains(id)).isEqualTo(server == network.ranking(id).get(0));
            }
        }
        assertThat(network.wishes).hasSize(CHUNKS).containsOnly("null/null");
    }

    @Test
    void the_manifest_names_the_servers_that_keep_a_chunk() throws Exception {
        put(network.servers.get(2));

        Manifest manifest = manifest();
        for (int order = 0; order < CHUNKS; order++) {
            assertThat(manifest.urls(order)).containsExactlyInAnyOrderElementsOf(
                    network.ranking(manifest.id(order)).stream().limit(3).map(FakeServer::retrieveUrl).toList());
        }
    }

    @Test
    void the_result_tells_the_network_and_on_how_many_servers_a_chunk_is_at_least() throws Exception {
        Cli.Run run = put(network.servers.get(0), "--json");

        assertThat(run.file().text("Network")).contains("ours");
        assertThat(run.file().number("Copies")).hasValue(3);
        assertThat(run.file().number("FewestHolders")).hasValue(3);
    }

    @Test
    void where_the_first_holder_does_not_answer_the_next_one_gets_the_chunk() throws Exception {
        FakeServer lost = network.servers.get(1);
        network.kill(lost, false);

        Cli.Run run = put(network.servers.get(0));

        assertThat(run.code()).as(run.err()).isZero();
        for (ChunkId id : ids()) {
            List<FakeServer> ranking = network.ranking(id);
            FakeServer first = ranking.get(0) == lost ? ranking.get(1) : ranking.get(0);
            assertThat(first.stored).contains(id);
        }
    }

    @Test
    void a_server_that_does_not_answer_in_time_is_overtaken() throws Exception {
        FakeServer stuck = network.servers.get(1).with((route, exchange) -> {
            if (route.endsWith("store")) {
                Thread.sleep(40_000);
            }
            return false;
        });
        long began = System.nanoTime();

        Cli.Run run = put(network.servers.get(0));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        assertThat(stuck.stored).isEmpty();
        assertThat(network.wishes).as("chunks of its own, sent to their second holder").hasSize(CHUNKS);
    }

    @Test
    void a_server_that_the_list_calls_dead_is_not_asked() throws Exception {
        FakeServer lost = network.servers.get(1);
        network.kill(lost, true);

        assertThat(put(network.servers.get(0)).err()).doesNotContain(lost.url());
        assertThat(manifest().places()).doesNotContain(lost.retrieveUrl());
    }

    @Test
    void copies_and_ack_are_wishes_that_the_network_is_told() throws Exception {
        put(network.servers.get(0), "--copies", 4, "--ack", "all");

        assertThat(network.wishes).hasSize(CHUNKS).containsOnly("4/8");
        assertThat(manifest().urls(7)).hasSize(4);
    }

    @Test
    void wishes_that_no_network_can_fulfil_are_refused() throws Exception {
        assertThat(put(network.servers.get(0), "--copies", 9).code()).isEqualTo(2);
        assertThat(put(network.servers.get(0), "--ack", "most").code()).isEqualTo(2);
        assertThat(manifestPath).doesNotExist();
    }

    @Test
    void direct_sends_to_the_servers_named_alone() throws Exception {
        FakeServer only = network.servers.get(3);

        assertThat(put(only, "--direct").code()).isZero();
        assertThat(only.stored).hasSize(CHUNKS);
        assertThat(manifest().places()).containsExactly(only.retrieveUrl());
    }

    @Test
    void several_servers_of_one_network_are_that_network() throws Exception {
        assertThat(put(network.servers.get(0), "--server", network.servers.get(4).url()).code()).isZero();

        assertThat(network.wishes).hasSize(CHUNKS);
    }

    @Test
    void several_servers_of_different_networks_each_get_their_copy() throws Exception {
        try (FakeNetwork other = new FakeNetwork("theirs", 3)) {
            FakeServer one = network.servers.get(0);
            FakeServer two = other.servers.get(0);

            assertThat(put(one, "--server", two.url()).code()).isZero();
            assertThat(one.stored).hasSize(CHUNKS);
            assertThat(two.stored).hasSize(CHUNKS);
            assertThat(manifest().urls(0)).containsExactlyInAnyOrder(one.retrieveUrl(), two.retrieveUrl());
        }
    }

    @Test
    void a_server_alone_is_no_network() throws Exception {
        try (FakeNetwork alone = new FakeNetwork("alone", 1)) {
            Cli.Run run = put(alone.servers.get(0));

            assertThat(run.code()).isZero();
            assertThat(run.err()).contains("warning: 3 copies are wanted but one server is named");
        }
    }

    @Test
    void what_was_stored_before_an_interruption_is_not_sent_again() throws Exception {
        for (FakeServer server : network.servers) {
            server.with((route, exchange) -> {
                if (!route.endsWith("store") || server.stored.size() < 3) {
                    return false;
                }
                FakeServer.refuse(exchange, 507, "No free slot");
                return true;
            });
        }
        assertThat(put(network.servers.get(0), "--connections", 1).code()).isEqualTo(3);
        int before = network.wishes.size();
        network.servers.forEach(server -> server.with((route, exchange) -> false));

        Cli.Run run = put(network.servers.get(0), "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(before).isPositive();
        assertThat(network.wishes).hasSize(CHUNKS);
        assertThat(manifest().urls(0)).hasSize(3);
    }

    @Test
    void chunks_whose_servers_are_all_gone_are_found_where_they_healed_to() throws Exception {
        put(network.servers.get(0));
        loseAllHoldersOfTheFirstChunk();

        Cli.Run run = Cli.run("get", manifestPath, "--out", folder.resolve("back"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
    }

    @Test
    void where_every_server_of_the_manifest_is_gone_one_that_the_user_names_helps() throws Exception {
        put(network.servers.get(0));
        Manifest whole = manifest();
        List<FakeServer> named = network.ranking(whole.id(0)).subList(0, 3);
        Path one = folder.resolve("one.apidrive");
        ManifestFile.write(List.of(new apidrive.manifest.ManifestBuilder("one.bin").add(0, whole.id(0), whole.urls(0),
                whole.size(0), whole.digest(0)).build()), one);
        loseAllHoldersOfTheFirstChunk();
        FakeServer left = network.servers.stream().filter(server -> !named.contains(server)).findFirst().orElseThrow();

        assertThat(Cli.run("get", one, "--out", folder.resolve("in-vain")).code()).isEqualTo(3);
        assertThat(Cli.run("get", one, "--out", folder.resolve("back"), "--server", left.url()).code()).isZero();
        assertThat(Files.size(folder.resolve("back"))).isEqualTo(Chunk.MAX_BYTES);
    }

    @Test
    void a_chunk_that_is_nowhere_is_told_with_all_who_were_asked() throws Exception {
        put(network.servers.get(0));
        ChunkId lost = manifest().id(5);
        network.servers.forEach(server -> server.chunks.remove(lost));

        Cli.Run run = Cli.run("get", manifestPath, "--out", folder.resolve("back"));

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("chunk 5", "nor is it elsewhere in the network");
    }

    @Test
    void what_the_servers_of_the_manifest_cannot_have_now_is_asked_of_others_before_it_is_waited_for() throws Exception {
        put(network.servers.get(0));
        Manifest whole = manifest();
        ChunkId id = whole.id(5);
        byte[] data = network.find(id);
        for (FakeServer server : network.servers) {
            if (whole.urls(5).contains(server.retrieveUrl())) {
                server.away.put(id, 50);
                server.chunks.remove(id);
            } else {
                server.chunks.put(id, data);
            }
        }

        Cli.Run run = Cli.run("get", manifestPath, "--out", folder.resolve("back"));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(folder.resolve("back")).hasBinaryContent(DATA);
        assertThat(run.err()).doesNotContain("waited for");
    }

    @Test
    void verify_counts_copies_that_healed_onto_other_servers() throws Exception {
        put(network.servers.get(0));
        loseAllHoldersOfTheFirstChunk();

        assertThat(Cli.run("verify", manifestPath, "--copies", 2).code()).isZero();
        assertThat(Cli.run("verify", manifestPath, "--copies", 2, "--deep").code()).isZero();
        assertThat(Cli.run("verify", manifestPath, "--copies", 3).code()).isEqualTo(4);
    }

    @Test
    void verify_does_not_count_what_a_server_would_fetch_from_another() throws Exception {
        put(network.servers.get(0));
        ChunkId id = manifest().id(0);
        network.ranking(id).subList(1, 5).forEach(server -> server.chunks.remove(id));

        assertThat(Cli.run("verify", manifestPath, "--copies", 1).code()).isZero();
        assertThat(Cli.run("verify", manifestPath, "--copies", 2).code()).isEqualTo(4);
        assertThat(Cli.run("verify", manifestPath, "--copies", 2, "--deep").code()).isEqualTo(4);
    }

    @Test
    void renew_reaches_chunks_that_healed_onto_other_servers() throws Exception {
        put(network.servers.get(0));
        loseAllHoldersOfTheFirstChunk();

        Cli.Run run = Cli.run("renew", manifestPath, "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.file().number("ChunksRenewed")).hasValue(CHUNKS);
        assertThat(run.file().number("ChunksRenewedElsewhere").getAsLong()).isPositive();
    }

    /** Two of five servers are left, and they have everything. */
    private void loseAllHoldersOfTheFirstChunk() throws Exception {
        List<FakeServer> holders = new ArrayList<>(network.ranking(manifest().id(0)).subList(0, 3));
        for (FakeServer server : network.servers) {
            if (!holders.contains(server)) {
                holders.forEach(holder -> server.chunks.putAll(holder.chunks));
            }
        }
        holders.forEach(holder -> network.kill(holder, true));
        network.heal();
    }

    private Cli.Run put(FakeServer server, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("put", file, "--server", server.url()));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private Manifest manifest() throws Exception {
        return ManifestReader.read(Files.newInputStream(manifestPath)).get(0);
    }

    private List<ChunkId> ids() throws Exception {
        Manifest manifest = manifest();
        return java.util.stream.IntStream.range(0, CHUNKS).mapToObj(manifest::id).toList();
    }
}
