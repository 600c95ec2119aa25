package apidrive.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

class ShelfBodyTest {
    private static final int MUTANTS = 10_000;
    private static final int BITS = 10;
    /** What reading may take at most: a few objects for each byte of the body, and what every read costs. */
    private static final long BYTES_A_BYTE = 200;
    private static final long BYTES_A_READ = 512 * 1024;  // classes are loaded, exceptions made

    private final Random random = new Random(7);

    @Test
    void replicas_come_back_as_they_were() {
        Replica kept = Replica.ofKept(chunk(300), 3, Duration.ofDays(30));
        Replica fresh = Replica.ofFresh(chunk(65_536), 8, Duration.ofSeconds(1), List.of(new NodeId(uuid()), new NodeId(uuid())));
        byte[] body = Parts.joined(new ShelfWriter().number(2).replica(kept).replica(fresh).parts());

        List<Replica> read = new ShelfReader(body).replicas(2);
        assertThat(read).hasSize(2);
        same(read.get(0), kept);
        same(read.get(1), fresh);
    }

    @Test
    void ids_leases_deletions_copies_prefixes_summaries_and_answers_come_back_as_they_were() {
        List<ChunkId> ids = List.of(new ChunkId(uuid()), new ChunkId(uuid()));
        List<Leased> leased = List.of(new Leased(ids.get(0), 1, Duration.ofDays(30)), new Leased(ids.get(1), 8, Duration.ZERO));
        List<Made> made = List.of(new Made(ids.get(1), new NodeId(uuid())));
        List<Buried> buried = List.of(new Buried(ids.get(0), Duration.ofHours(5), -7), new Buried(ids.get(1), Duration.ZERO, 0));
        List<IdPrefix> prefixes = List.of(IdPrefix.ALL, new IdPrefix(48, (1L << 48) - 1), new IdPrefix(10, 512));
        List<Summary> summaries = List.of(new Summary(new IdPrefix(BITS, 3), 2, 7, -5), new Summary(new IdPrefix(BITS, 3), 3, 1, 1),
                new Summary(new IdPrefix(BITS, 1023), 3, Long.MAX_VALUE >>> 1, Long.MIN_VALUE));
        List<Optional<Problem>> answers = List.of(Optional.empty(), Optional.of(Problem.NO_FREE_SLOT));
        ShelfReader reader = new ShelfReader(Parts.joined(new ShelfWriter().flag(true).ids(ids).leased(leased).made(made)
                .prefixes(prefixes).summaries(summaries).answers(answers).buried(buried).numbers(buried).parts()));

        assertThat(reader.flag()).isTrue();
        assertThat(reader.ids(2)).isEqualTo(ids);
        assertThat(reader.leased(2)).isEqualTo(leased);
        assertThat(reader.made(1)).isEqualTo(made);
        assertThat(reader.prefixes()).isEqualTo(prefixes);
        assertThat(reader.summaries(BITS)).isEqualTo(summaries);
        assertThat(reader.answers(2)).isEqualTo(answers);
        assertThat(reader.buried(2)).isEqualTo(buried);
        reader.end();
    }

    @Test
    void a_deletion_of_which_a_server_of_an_earlier_build_tells_no_number_has_0() {
        Buried buried = new Buried(new ChunkId(uuid()), Duration.ofHours(5), 7);
        ShelfReader reader = new ShelfReader(Parts.joined(new ShelfWriter().buried(List.of(buried)).parts()));

        assertThat(reader.buried(1)).containsExactly(new Buried(buried.id(), buried.age(), 0));
        reader.end();
    }

    @Test
    void numbers_of_fewer_or_more_deletions_are_malformed() {
        Buried buried = new Buried(new ChunkId(uuid()), Duration.ofHours(5), 7);

        malformed(() ->
                new ShelfReader(Parts.joined(new ShelfWriter().buried(List.of(buried, buried)).numbers(List.of(buried)).parts())).buried(2));
        malformed(() -> {
            ShelfReader reader = new ShelfReader(
                    Parts.joined(new ShelfWriter().buried(List.of(buried)).numbers(List.of(buried, buried)).parts()));
            reader.buried(1);
            reader.end();
        });
    }

    @Test
    void a_lease_that_ran_out_on_the_way_has_nothing_left() {
        byte[] body = Parts.joined(new ShelfWriter().leased(List.of(new Leased(new ChunkId(uuid()), 3, Duration.ofSeconds(-7)))).parts());

        assertThat(new ShelfReader(body).leased(1).get(0).left()).isZero();
    }

    @Test
    void another_version_too_many_items_and_a_rest_are_malformed() {
        byte[] body = Parts.joined(new ShelfWriter().ids(List.of(new ChunkId(uuid()), new ChunkId(uuid()))).parts());
        byte[] later = body.clone();
        later[0] = 2;

        malformed(() -> new ShelfReader(later));
        malformed(() -> new ShelfReader(new byte[0]));
        malformed(() -> new ShelfReader(body).ids(1));
        malformed(() -> {
            ShelfReader reader = new ShelfReader(Arrays.copyOf(body, body.length + 1));
            reader.ids(2);
            reader.end();
        });
    }

    @Test
    void whatever_a_peer_sends_is_read_or_malformed_and_takes_no_more_memory_than_it_pays_for() {
        List<byte[]> bodies = new ArrayList<>();
        List<Consumer<byte[]>> readers = List.of(
                body -> new ShelfReader(body).replicas(Shelf.MAX_CHUNKS),
                body -> new ShelfReader(body).ids(Shelf.MAX_IDS),
                body -> new ShelfReader(body).leased(Shelf.MAX_IDS),
                body -> new ShelfReader(body).buried(Shelf.MAX_IDS),
                body -> new ShelfReader(body).prefixes(),
                body -> new ShelfReader(body).summaries(BITS),
                body -> new ShelfReader(body).answers(Shelf.MAX_CHUNKS));
        bodies.add(Parts.joined(new ShelfWriter().number(2).replica(Replica.ofKept(chunk(50), 3, Duration.ofDays(1)))
                .replica(Replica.ofFresh(chunk(10), 2, Duration.ofDays(1), List.of(new NodeId(uuid())))).parts()));
        bodies.add(Parts.joined(new ShelfWriter().ids(List.of(new ChunkId(uuid()), new ChunkId(uuid()))).parts()));
        bodies.add(Parts.joined(new ShelfWriter().leased(List.of(new Leased(new ChunkId(uuid()), 3, Duration.ofDays(9)))).parts()));
        List<Buried> buried = List.of(new Buried(new ChunkId(uuid()), Duration.ofDays(9), random.nextLong()));
        bodies.add(Parts.joined(new ShelfWriter().buried(buried).numbers(buried).parts()));
        bodies.add(Parts.joined(new ShelfWriter().prefixes(List.of(new IdPrefix(20, 77), new IdPrefix(3, 1))).parts()));
        bodies.add(Parts.joined(new ShelfWriter().summaries(List.of(new Summary(new IdPrefix(BITS, 3), 2, 7, -5))).parts()));
        bodies.add(Parts.joined(new ShelfWriter().answers(List.of(Optional.empty(), Optional.of(Problem.BUSY))).parts()));
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        readers.forEach(reader -> bodies.forEach(body -> outcome(reader, body)));  // classes are loaded before it counts

        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutant(bodies.get(random.nextInt(bodies.size())));
            for (Consumer<byte[]> reader : readers) {
                long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                outcome(reader, mutant);
                long took = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                assertThat(took).as("mutant %d of %d bytes", i, mutant.length).isLessThan(BYTES_A_READ + mutant.length * BYTES_A_BYTE);
            }
        }
    }

    /** Reads it, or not: anything but MALFORMED goes through. */
    private static void outcome(Consumer<byte[]> reader, byte[] body) {
        try {
            reader.accept(body);
        } catch (ProblemException e) {
            assertThat(e.problem()).isEqualTo(Problem.MALFORMED);
        }
    }

    private byte[] mutant(byte[] body) {
        byte[] mutant = random.nextInt(4) == 0 ? Arrays.copyOf(body, 1 + random.nextInt(body.length + 40)) : body.clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
            int at = random.nextInt(mutant.length);
            mutant[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xFF;
        }
        mutant[0] = random.nextInt(10) == 0 ? mutant[0] : 1;  // mostly of the known version, so that reading goes on
        return mutant;
    }

    private Chunk chunk(int size) {
        byte[] data = new byte[size];
        random.nextBytes(data);
        return Chunk.of(data);
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private static void same(Replica read, Replica written) {
        assertThat(read.chunk().data()).isEqualTo(written.chunk().data());
        assertThat(read.copies()).isEqualTo(written.copies());
        assertThat(read.left()).isEqualTo(written.left());
        assertThat(read.origin()).isEqualTo(written.origin());
        assertThat(read.owed()).isEqualTo(written.owed());
    }

    private static void malformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
        assertThatThrownBy(read).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED));
    }
}
