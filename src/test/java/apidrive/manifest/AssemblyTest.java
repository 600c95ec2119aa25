package apidrive.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;

class AssemblyTest {
    private static final List<URI> AT = List.of(URI.create("http://a/api/drive/retrieve"));
    private static final List<byte[]> PARTS = List.of(new byte[] {1}, new byte[] {2, 2}, new byte[] {}, new byte[] {3, 3, 3});
    private static final byte[] WHOLE = {1, 2, 2, 3, 3, 3};

    @TempDir
    private Path folder;
    private Path target;

    @BeforeEach
    void name() {
        target = folder.resolve("out");
    }

    @Test
    void chunks_of_known_sizes_are_written_where_they_belong() throws IOException {
        fill(described(true, true));

        assertThat(target).hasBinaryContent(WHOLE);
        assertThat(folder.toFile().list()).containsExactly("out");
    }

    @Test
    void chunks_of_unknown_sizes_are_joined_at_the_end() throws IOException {
        fill(described(false, false));

        assertThat(target).hasBinaryContent(WHOLE);
        assertThat(folder.toFile().list()).containsExactly("out");
    }

    @Test
    void what_was_written_is_kept_when_it_goes_on() throws IOException {
        for (Manifest manifest : List.of(described(true, true), described(false, false))) {
            begin(manifest, 3, 1);

            try (Assembly again = Assembly.open(manifest, target)) {
                assertThat(again.heldChunks()).isEqualTo(2);
                assertThat(again.has(0)).isFalse();
                assertThat(again.has(1)).isTrue();
                assertThat(again.heldBytes()).isEqualTo(5);
                again.write(0, PARTS.get(0));
                again.write(2, PARTS.get(2));
                again.finish(false);
            }
            assertThat(target).hasBinaryContent(WHOLE);
            Files.delete(target);
        }
    }

    @Test
    void a_torn_last_record_is_cut_off_and_the_rest_kept() throws IOException {
        Manifest manifest = described(true, true);
        begin(manifest, 0, 1);
        Path journal = folder.resolve("out.part.journal");
        Files.write(journal, new byte[] {0, 0, 0, 3, 0}, StandardOpenOption.APPEND);

        try (Assembly again = Assembly.open(manifest, target)) {
            assertThat(again.heldChunks()).isEqualTo(2);
            again.write(3, PARTS.get(3));
        }
        try (Assembly third = Assembly.open(manifest, target)) {
            assertThat(third.heldChunks()).isEqualTo(3);
        }
    }

    @Test
    void a_record_that_is_not_true_ends_the_journal() throws IOException {
        Manifest manifest = described(true, true);
        begin(manifest, 0, 1);
        Path journal = folder.resolve("out.part.journal");
        long whole = Files.size(journal);
        Files.write(journal, new byte[] {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9}, StandardOpenOption.APPEND);

        try (Assembly again = Assembly.open(manifest, target)) {
            assertThat(again.has(2)).isFalse();
            assertThat(Files.size(journal)).isEqualTo(whole);
        }
    }

    @Test
    void spoiled_bytes_are_not_kept_even_where_no_digest_is_known() throws IOException {
        for (Manifest manifest : List.of(described(true, true), described(false, false))) {
            begin(manifest, 0, 1);
            byte[] part = Files.readAllBytes(folder.resolve("out.part"));
            part[0]++;
            Files.write(folder.resolve("out.part"), part);

            try (Assembly again = Assembly.open(manifest, target)) {
                assertThat(again.has(0)).isFalse();
                assertThat(again.has(1)).isTrue();
            }
            Files.delete(folder.resolve("out.part.journal"));
            Files.delete(folder.resolve("out.part"));
        }
    }

    @Test
    void two_cannot_write_one_file() throws IOException {
        Manifest manifest = described(true, true);
        try (Assembly first = Assembly.open(manifest, target)) {
            assertThatThrownBy(() -> Assembly.open(manifest, target)).isInstanceOf(IOException.class)
                    .hasMessageContaining("another get");
            assertThat(first.heldChunks()).isZero();
        }
    }

    @Test
    void a_file_that_came_meanwhile_is_not_replaced_unless_told() throws IOException {
        Manifest manifest = described(true, true);
        try (Assembly assembly = Assembly.open(manifest, target)) {
            write(assembly);
            Files.writeString(target, "mine");
            assertThatThrownBy(() -> assembly.finish(false)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(target).hasContent("mine");
            assembly.finish(true);
        }
        assertThat(target).hasBinaryContent(WHOLE);
    }

    private static Manifest described(boolean sized, boolean derived) {
        ManifestBuilder builder = new ManifestBuilder("x");
        for (int order = 0; order < PARTS.size(); order++) {
            Chunk chunk = Chunk.of(PARTS.get(order));
            builder.add(order, derived ? chunk.id() : new ChunkId(new UUID(0x4000L, order)), AT,
                    sized ? OptionalInt.of(chunk.size()) : OptionalInt.empty(), Optional.empty());
        }
        return builder.build();
    }

    private void begin(Manifest manifest, int... orders) throws IOException {
        try (Assembly assembly = Assembly.open(manifest, target)) {
            for (int order : orders) {
                assembly.write(order, PARTS.get(order));
            }
        }
    }

    private void fill(Manifest manifest) throws IOException {
        try (Assembly assembly = Assembly.open(manifest, target)) {
            write(assembly);
            assembly.finish(false);
        }
    }

    private static void write(Assembly assembly) throws IOException {
        for (int order = PARTS.size() - 1; order >= 0; order--) {
            assembly.write(order, PARTS.get(order));
        }
    }
}
