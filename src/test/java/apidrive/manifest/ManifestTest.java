package apidrive.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

class ManifestTest {
    private static final URI A = URI.create("https://a.example/api/drive/retrieve");
    private static final URI B = URI.create("https://b.example/api/drive/retrieve");
    private static final ChunkId RANDOM = ChunkId.parse("4D3158B3-6FD2-473E-8648-1D8B3D0E3987").orElseThrow();
    private static final int CHUNKS_OF_10_GB = 152_588;

    @Test
    void what_is_written_is_read_again() throws IOException {
        Chunk chunk = Chunk.of(new byte[] {1, 2, 3});
        Manifest first = new ManifestBuilder("a \"b\" ü.txt")
                .add(1, RANDOM, List.of(B, A, B), OptionalInt.empty(), Optional.empty())
                .add(0, chunk.id(), List.of(A), OptionalInt.of(3), Optional.of(chunk.digest())).build();
        Manifest second = new ManifestBuilder("empty").build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ManifestWriter.write(List.of(first, second), out);

        List<Manifest> read = read(out.toString(StandardCharsets.UTF_8));
        assertThat(read).extracting(Manifest::name).containsExactly("a \"b\" ü.txt", "empty");
        Manifest file = read.get(0);
        assertThat(file.count()).isEqualTo(2);
        assertThat(file.id(0)).isEqualTo(chunk.id());
        assertThat(file.digest(0)).contains(chunk.digest());
        assertThat(file.size(0)).hasValue(3);
        assertThat(file.urls(0)).containsExactly(A);
        assertThat(file.id(1)).isEqualTo(RANDOM);
        assertThat(file.digest(1)).isEmpty();
        assertThat(file.size(1)).isEmpty();
        assertThat(file.urls(1)).containsExactly(B, A);
        assertThat(file.isSized()).isFalse();
    }

    @Test
    void the_originals_example_is_read() throws IOException {
        Manifest file = read("""
                {"Film.avi": [{"Id": "4D3158B3-6FD2-473E-8648-1D8B3D0E3987", "Order": 0,
                  "URL1": "https://a.example/api/drive/retrieve", "URL2": "https://b.example/api/drive/retrieve", "URL3": ""}]}
                """).get(0);

        assertThat(file.id(0)).isEqualTo(RANDOM);
        assertThat(file.urls(0)).containsExactly(A, B);
    }

    @Test
    void bytes_are_accepted_by_size_digest_and_derived_id() {
        byte[] data = {1, 2, 3};
        Chunk chunk = Chunk.of(data);
        byte[] other = {1, 2, 4};
        Manifest derived = new ManifestBuilder("x").add(0, chunk.id(), List.of(A), OptionalInt.empty(), Optional.empty()).build();
        Manifest digested = new ManifestBuilder("x").add(0, RANDOM, List.of(A), OptionalInt.empty(),
                Optional.of(chunk.digest())).build();
        Manifest sized = new ManifestBuilder("x").add(0, RANDOM, List.of(A), OptionalInt.of(3), Optional.empty()).build();

        for (Manifest verifiable : List.of(derived, digested)) {
            assertThat(verifiable.isVerifiable(0)).isTrue();
            assertThat(verifiable.accepts(0, data)).isTrue();
            assertThat(verifiable.accepts(0, other)).isFalse();
        }
        assertThat(sized.isVerifiable(0)).isFalse();
        assertThat(sized.accepts(0, other)).isTrue();
        assertThat(sized.accepts(0, new byte[2])).isFalse();
    }

    @Test
    void an_id_derived_from_another_digest_is_a_contradiction() {
        ManifestBuilder builder = new ManifestBuilder("x");

        assertThatThrownBy(() -> builder.add(0, Chunk.of(new byte[1]).id(), List.of(A), OptionalInt.empty(),
                Optional.of(Chunk.of(new byte[2]).digest()))).isInstanceOf(ProblemException.class);
    }

    @Test
    void the_manifest_of_10_gb_fits_into_a_few_megabytes(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("large.apidrive");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            ManifestBuilder builder = new ManifestBuilder("large");
            byte[] data = new byte[8];
            for (int order = CHUNKS_OF_10_GB - 1; order >= 0; order--) {
                data[order % 8]++;
                Chunk chunk = Chunk.of(data);
                builder.add(order, chunk.id(), List.of(A, B, URI.create("https://c" + order % 50 + ".example/api/drive/retrieve")),
                        OptionalInt.of(Chunk.MAX_BYTES), Optional.of(chunk.digest()));
            }
            ManifestWriter.write(List.of(builder.build()), out);
        }
        assertThat(Files.size(path)).isGreaterThan(40_000_000);
        long before = used();
        Manifest read = ManifestReader.read(Files.newInputStream(path)).get(0);

        assertThat(used() - before).isLessThan(24 << 20);
        assertThat(read.count()).isEqualTo(CHUNKS_OF_10_GB);
        assertThat(read.length()).isEqualTo((long) CHUNKS_OF_10_GB * Chunk.MAX_BYTES);
        assertThat(read.places()).hasSize(52);
    }

    @Test
    void a_name_is_one_segment_or_refused() {
        assertThat(FileName.of("Film 12:30.avi")).isEqualTo(Path.of("Film 12:30.avi"));
        assertThat(FileName.of("...")).isEqualTo(Path.of("..."));
        for (String name : List.of("", ".", "..", "a/b", "/a", "a\\b", "a\0b", "a\nb", "x".repeat(300))) {
            assertThatThrownBy(() -> FileName.of(name)).as(name).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void ids_may_be_spelled_in_any_way() throws IOException {
        for (String id : List.of("4d3158b3-6fd2-473e-8648-1d8b3d0e3987", "{4D3158B3-6FD2-473E-8648-1D8B3D0E3987}",
                "4D3158B36FD2473E86481D8B3D0E3987")) {
            assertThat(read("{\"x\":[{\"iD\":\"" + id + "\",\"order\":0,\"url9\":\"" + A + "\"}]}").get(0).id(0)).isEqualTo(RANDOM);
        }
        assertThat(new ChunkId(UUID.fromString("4d3158b3-6fd2-473e-8648-1d8b3d0e3987"))).isEqualTo(RANDOM);
    }

    private static List<Manifest> read(String text) throws IOException {
        return ManifestReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
