package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.wire.ChunkId;

@Timeout(60)
class RenewCommandTest {
    private static final int CHUNKS = 2_300;

    @TempDir
    private Path folder;
    private Path manifest;
    private final FakeServer one = FakeServer.start();
    private final FakeServer two = FakeServer.start();

    @BeforeEach
    void write() throws Exception {
        manifest = folder.resolve("film.apidrive");
        write(CHUNKS);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void all_copies_are_renewed_a_thousand_in_an_exchange() {
        Cli.Run run = Cli.run("renew", manifest);

        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("4600 copies of 2300 of 2300 chunks renewed", "2027-01-01T00:00:00Z");
        assertThat(one.requests).containsExactly("POST batch/renew", "POST batch/renew", "POST batch/renew");
        assertThat(two.requests).hasSize(3);
    }

    @Test
    void a_missing_copy_is_told_and_a_missing_chunk_is_exit_code_4() {
        ChunkId lost = one.chunks.keySet().iterator().next();
        one.chunks.remove(lost);

        Cli.Run run = Cli.run("renew", manifest);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("4599 copies of 2300 of 2300", "1 copies are missing");
        two.chunks.remove(lost);
        assertThat(Cli.run("renew", manifest).code()).isEqualTo(4);
    }

    @Test
    void a_server_that_cannot_renew_is_asked_for_the_chunks() throws Exception {
        write(20);
        two.asOriginal();

        Cli.Run run = Cli.run("renew", manifest);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("40 copies of 20 of 20");
        assertThat(two.retrieved).hasSize(20);
    }

    @Test
    void a_dead_server_leaves_the_work_incomplete() {
        two.close();

        Cli.Run run = Cli.run("renew", manifest, "--json");
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.file().number("CopiesRenewed")).hasValue(CHUNKS);
        assertThat(run.file().number("CopiesNotReached")).hasValue(CHUNKS);
    }

    private void write(int count) throws Exception {
        Files.writeString(manifest, "{\"film\":[" + IntStream.range(0, count).mapToObj(order -> {
            byte[] data = Cli.bytes(20, order);
            two.keep(data);
            return "{\"Id\":\"" + one.keep(data) + "\",\"Order\":" + order + ",\"URL1\":\"" + one.retrieveUrl()
                    + "\",\"URL2\":\"" + two.retrieveUrl() + "\"}";
        }).collect(Collectors.joining(",")) + "]}");
    }
}
