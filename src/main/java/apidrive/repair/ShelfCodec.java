package apidrive.repair;

import static apidrive.problem.Problem.MALFORMED;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

import apidrive.chunk.Claim;
import apidrive.chunk.Put;
import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * The bodies of calls between shelves: a version byte, then numbers in network order, counts and prefixes as variable-length
 * integers of seven bits a byte, the lowest first. Reading bounds every count before it makes room for it; what does not hold
 * together is MALFORMED.
 */
final class ShelfCodec {
    private static final int VERSION = 1;
    private static final int MOST_ITEMS = 1 << 20;
    private static final int CONTINUES = 0x80;
    private static final int SEVEN = 7;
    private static final long MOST_MILLIS = Duration.ofDays(36_500).toMillis();

    private ShelfCodec() {
    }

    /** Writes one body. */
    static final class Writer {
        private final ByteArrayOutputStream bytes;
        private final DataOutputStream out;

        /** {@code size} is about what it will take, in bytes. */
        Writer(int size) {
            bytes = new ByteArrayOutputStream(size);
            out = new DataOutputStream(bytes);
            number(VERSION);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        /** 0 or more. */
        Writer number(long value) {
            long rest = value;
            while (rest >= CONTINUES) {
                bytes.write((int) rest & CONTINUES - 1 | CONTINUES);
                rest >>>= SEVEN;
            }
            bytes.write((int) rest);
            return this;
        }

        Writer flag(boolean value) {
            return number(value ? 1 : 0);
        }

        Writer ids(Collection<ChunkId> ids) {
            number(ids.size());
            ids.forEach(id -> uuid(id.uuid()));
            return this;
        }

        Writer replica(Replica replica) {
            number(replica.copies()).number(replica.origin().ordinal()).duration(replica.left());
            number(replica.owed().size());
            replica.owed().forEach(node -> uuid(node.uuid()));
            number(replica.chunk().size());
            bytes.writeBytes(replica.chunk().data());
            return this;
        }

        /** With what follows them: who holds each, where one of them is claimed. Nothing else may follow. */
        Writer replicas(Collection<Replica> replicas) {
            number(replicas.size());
            replicas.forEach(this::replica);
            if (replicas.stream().anyMatch(replica -> !replica.holds().isEmpty())) {
                replicas.forEach(replica -> holds(replica.holds()));
            }
            return this;
        }

        /** Without those who hold it. */
        Writer plainReplicas(Collection<Replica> replicas) {
            number(replicas.size());
            replicas.forEach(this::replica);
            return this;
        }

        /** Plain leases to be moved. */
        Writer leased(Collection<Leased> leased) {
            number(leased.size());
            leased.forEach(one -> uuid(one.id().uuid()).number(one.copies()).duration(one.plain()));
            return this;
        }

        /** What is kept until when; what follows tells of those that are claimed. Nothing else may follow. */
        Writer told(Collection<Leased> leased) {
            number(leased.size());
            leased.forEach(one -> uuid(one.id().uuid()).number(one.copies()).duration(one.left()));
            leased.forEach(one -> {
                boolean isClaimed = one.claims().orElse(0) != 0;
                flag(isClaimed);
                if (isClaimed) {
                    duration(one.plain()).whole(one.claims().getAsLong());
                }
            });
            return this;
        }

        Writer claimed(Collection<Claimed> claimed) {
            number(claimed.size());
            claimed.forEach(one -> uuid(one.id().uuid()).hold(one.hold()));
            return this;
        }

        Writer holds(Collection<Hold> holds) {
            number(holds.size());
            holds.forEach(this::hold);
            return this;
        }

        Writer holders(Collection<UUID> holders) {
            number(holders.size());
            holders.forEach(this::uuid);
            return this;
        }

        Writer endings(Collection<Ending> endings) {
            number(endings.size());
            endings.forEach(one -> number(one.number()).uuid(one.holder()).duration(one.age()));
            return this;
        }

        private Writer hold(Hold hold) {
            return uuid(hold.holder()).duration(hold.left());
        }

        /** Without their numbers. */
        Writer buried(Collection<Buried> buried) {
            number(buried.size());
            buried.forEach(one -> uuid(one.id().uuid()).duration(one.age()));
            return this;
        }

        /** After these deletions: which they are. Nothing may follow. */
        Writer numbers(Collection<Buried> buried) {
            buried.forEach(one -> whole(one.number()));
            return this;
        }

        Writer made(Collection<Made> made) {
            number(made.size());
            made.forEach(one -> uuid(one.id().uuid()).uuid(one.node().uuid()));
            return this;
        }

        Writer prefixes(Collection<IdPrefix> prefixes) {
            number(prefixes.size());
            prefixes.forEach(prefix -> number(prefix.bits()).number(prefix.value()));
            return this;
        }

        Writer summaries(List<Summary> summaries) {
            number(summaries.size());
            long before = 0;
            for (Summary summary : summaries) {
                number(summary.prefix().value() - before).number(summary.copies()).number(summary.count()).whole(summary.sum());
                before = summary.prefix().value();
            }
            return this;
        }

        Writer answers(List<Optional<Problem>> answers) {
            number(answers.size());
            answers.forEach(answer -> text(answer.map(Problem::name).orElse("")));
            return this;
        }

        /** In whole milliseconds, rounded down; what ran out is nothing. */
        private Writer duration(Duration duration) {
            return number(Math.max(0, duration.toMillis()));
        }

        private Writer uuid(UUID uuid) {
            return whole(uuid.getMostSignificantBits()).whole(uuid.getLeastSignificantBits());
        }

        private Writer whole(long value) {
            try {
                out.writeLong(value);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void text(String text) {
            try {
                out.writeUTF(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads one body. Every method throws MALFORMED when it is not what it should be. */
    static final class Reader {
        private final ByteBuffer bytes;

        Reader(byte[] body) {
            bytes = ByteBuffer.wrap(body);
            if (number() != VERSION) {
                throw MALFORMED.because("a body of another version than " + VERSION);
            }
        }

        /** Nothing may follow. */
        void end() {
            if (bytes.hasRemaining()) {
                throw MALFORMED.because(bytes.remaining() + " bytes too many");
            }
        }

        long number() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE - 1; shift += SEVEN) {
                int next = guarded(ByteBuffer::get);
                value |= (long) (next & CONTINUES - 1) << shift;
                if ((next & CONTINUES) == 0) {
                    return value;
                }
            }
            throw MALFORMED.because("a number too long");
        }

        boolean flag() {
            return number() == 1;
        }

        List<ChunkId> ids(int most) {
            return items(most, reader -> new ChunkId(reader.uuid()));
        }

        /** All that is left; held by nobody who would be known where a node of an earlier build tells of none. */
        List<Replica> replicas(int most) {
            List<Replica> replicas = items(most, Reader::replica);
            return !bytes.hasRemaining() ? replicas : replicas.stream().map(one -> one.heldBy(holds(Claim.MOST_TOLD + 1))).toList();
        }

        List<Leased> leased(int most) {
            return items(most, reader -> new Leased(new ChunkId(reader.uuid()), reader.copies(), reader.duration()));
        }

        /** All that is left; whether they are claimed is unknown where a node of an earlier build tells nothing of it. */
        List<Leased> told(int most) {
            List<Leased> leased = leased(most);
            boolean isUnknown = !leased.isEmpty() && !bytes.hasRemaining();
            return leased.stream().map(one -> isUnknown ? new Leased(one.id(), one.copies(), one.left(), one.left(), OptionalLong.empty())
                    : flag() ? new Leased(one.id(), one.copies(), one.left(), duration(), OptionalLong.of(guarded(ByteBuffer::getLong)))
                    : one).toList();
        }

        List<Claimed> claimed(int most) {
            return items(most, reader -> new Claimed(new ChunkId(reader.uuid()), reader.hold()));
        }

        List<Hold> holds(int most) {
            return items(most, Reader::hold);
        }

        List<UUID> holders(int most) {
            return items(most, Reader::uuid);
        }

        List<Ending> endings(int most) {
            return items(most, reader -> new Ending(reader.number(), reader.uuid(), reader.duration()));
        }

        private Hold hold() {
            return new Hold(uuid(), duration());
        }

        /** All that is left; 0 for their numbers where a node of an earlier build tells none. */
        List<Buried> buried(int most) {
            List<Buried> buried = items(most, reader -> new Buried(new ChunkId(reader.uuid()), reader.duration(), 0));
            return !bytes.hasRemaining() ? buried : buried.stream()
                    .map(one -> new Buried(one.id(), one.age(), guarded(ByteBuffer::getLong))).toList();
        }

        List<Made> made(int most) {
            return items(most, reader -> new Made(new ChunkId(reader.uuid()), new NodeId(reader.uuid())));
        }

        List<IdPrefix> prefixes() {
            return items(MOST_ITEMS, reader -> reader.prefix((int) reader.bounded(IdPrefix.MAX_BITS), reader.number()));
        }

        /** Of prefixes of {@code bits}. */
        List<Summary> summaries(int bits) {
            long[] before = {0};
            return items(MOST_ITEMS, reader -> {
                before[0] += reader.number();
                return new Summary(reader.prefix(bits, before[0]), reader.copies(), reader.number(), reader.guarded(ByteBuffer::getLong));
            });
        }

        List<Optional<Problem>> answers(int most) {
            return items(most, Reader::answer);
        }

        private Replica replica() {
            int copies = copies();
            Replica.Origin origin = Replica.Origin.values()[(int) bounded(Replica.Origin.values().length - 1)];
            Duration left = duration();
            List<NodeId> owed = items(Put.MAX_COPIES, reader -> new NodeId(reader.uuid()));
            byte[] data = new byte[(int) bounded(Math.min(Chunk.MAX_BYTES, bytes.remaining()))];
            guarded(buffer -> buffer.get(data));
            return new Replica(Chunk.of(data), copies, left, origin, owed, List.of());
        }

        private Optional<Problem> answer() {
            byte[] name = new byte[Short.toUnsignedInt(guarded(ByteBuffer::getShort))];
            guarded(buffer -> buffer.get(name));
            try {
                return name.length == 0 ? Optional.empty()
                        : Optional.of(Problem.valueOf(new String(name, java.nio.charset.StandardCharsets.US_ASCII)));
            } catch (IllegalArgumentException e) {
                return Optional.of(Problem.INTERNAL);  // of a later version
            }
        }

        private int copies() {
            return (int) Math.max(1, bounded(Put.MAX_COPIES));
        }

        private IdPrefix prefix(int bits, long value) {
            if (value >= 1L << bits) {
                throw MALFORMED.because("no prefix of " + bits + " bits: " + value);
            }
            return new IdPrefix(bits, value);
        }

        private Duration duration() {
            return Duration.ofMillis(bounded(MOST_MILLIS));
        }

        private UUID uuid() {
            return new UUID(guarded(ByteBuffer::getLong), guarded(ByteBuffer::getLong));
        }

        private long bounded(long most) {
            long value = number();
            if (value > most) {
                throw MALFORMED.because("a number above " + most + ": " + value);
            }
            return value;
        }

        private <T> List<T> items(int most, Function<Reader, T> read) {
            int count = (int) bounded(Math.min(most, bytes.remaining()));
            List<T> items = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                items.add(read.apply(this));
            }
            return items;
        }

        private <T> T guarded(Function<ByteBuffer, T> read) {
            try {
                return read.apply(bytes);
            } catch (BufferUnderflowException e) {
                throw MALFORMED.because("the body ends too early");
            }
        }
    }
}
