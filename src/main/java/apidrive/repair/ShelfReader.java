package apidrive.repair;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.repair.ShelfWriter.CONTINUES;
import static apidrive.repair.ShelfWriter.SEVEN;
import static apidrive.repair.ShelfWriter.VERSION;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
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
 * Reads what {@link ShelfWriter} wrote. Every count is bounded before room is made for it; every method throws MALFORMED when what is
 * there is not what it should be.
 */
final class ShelfReader {
    private static final int MOST_ITEMS = 1 << 20;
    private static final long MOST_MILLIS = Duration.ofDays(36_500).toMillis();

    private final ByteBuffer bytes;

    ShelfReader(byte[] body) {
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
        List<Replica> replicas = items(most, ShelfReader::replica);
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
        return items(most, ShelfReader::hold);
    }

    List<UUID> holders(int most) {
        return items(most, ShelfReader::uuid);
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
        return items(most, ShelfReader::answer);
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
                    : Optional.of(Problem.valueOf(new String(name, US_ASCII)));
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

    private <T> List<T> items(int most, Function<ShelfReader, T> read) {
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
