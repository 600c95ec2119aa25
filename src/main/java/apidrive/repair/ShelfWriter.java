package apidrive.repair;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import apidrive.chunk.Summary;
import apidrive.problem.Problem;
import apidrive.wire.ChunkId;
import apidrive.wire.IdPrefix;

/**
 * Writes the body of a call between shelves or its answer: a version byte, then numbers in network order, counts and prefixes as
 * variable-length integers of seven bits a byte, the lowest first. {@link ShelfReader} reads it.
 */
final class ShelfWriter {
    static final int VERSION = 1;
    static final int CONTINUES = 0x80;
    static final int SEVEN = 7;
    private static final int SMALL = 1_024;  // bytes: most bodies without chunks; what is smaller is copied

    private final List<ByteBuffer> parts = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(SMALL);  // behind the last part
    private final DataOutputStream out = new DataOutputStream(bytes);

    ShelfWriter() {
        number(VERSION);
    }

    /** What was written, one part after another; the bytes of large chunks are the chunks' own. */
    List<ByteBuffer> parts() {
        cut();
        return List.copyOf(parts);
    }

    /** 0 or more. */
    ShelfWriter number(long value) {
        long rest = value;
        while (rest >= CONTINUES) {
            bytes.write((int) rest & CONTINUES - 1 | CONTINUES);
            rest >>>= SEVEN;
        }
        bytes.write((int) rest);
        return this;
    }

    ShelfWriter flag(boolean value) {
        return number(value ? 1 : 0);
    }

    ShelfWriter ids(Collection<ChunkId> ids) {
        number(ids.size());
        ids.forEach(id -> uuid(id.uuid()));
        return this;
    }

    ShelfWriter replica(Replica replica) {
        number(replica.copies()).number(replica.origin().ordinal()).duration(replica.left());
        number(replica.owed().size());
        replica.owed().forEach(node -> uuid(node.uuid()));
        return data(replica.chunk().data());
    }

    /** With what follows them: who holds each, where one of them is claimed. Nothing else may follow. */
    ShelfWriter replicas(Collection<Replica> replicas) {
        number(replicas.size());
        replicas.forEach(this::replica);
        if (replicas.stream().anyMatch(replica -> !replica.holds().isEmpty())) {
            replicas.forEach(replica -> holds(replica.holds()));
        }
        return this;
    }

    /** Without those who hold it. */
    ShelfWriter plainReplicas(Collection<Replica> replicas) {
        number(replicas.size());
        replicas.forEach(this::replica);
        return this;
    }

    /** Plain leases to be moved. */
    ShelfWriter leased(Collection<Leased> leased) {
        number(leased.size());
        leased.forEach(one -> uuid(one.id().uuid()).number(one.copies()).duration(one.plain()));
        return this;
    }

    /** What is kept until when; what follows tells of those that are claimed. Nothing else may follow. */
    ShelfWriter told(Collection<Leased> leased) {
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

    ShelfWriter claimed(Collection<Claimed> claimed) {
        number(claimed.size());
        claimed.forEach(one -> uuid(one.id().uuid()).hold(one.hold()));
        return this;
    }

    ShelfWriter holds(Collection<Hold> holds) {
        number(holds.size());
        holds.forEach(this::hold);
        return this;
    }

    ShelfWriter holders(Collection<UUID> holders) {
        number(holders.size());
        holders.forEach(this::uuid);
        return this;
    }

    ShelfWriter endings(Collection<Ending> endings) {
        number(endings.size());
        endings.forEach(one -> number(one.number()).uuid(one.holder()).duration(one.age()));
        return this;
    }

    private ShelfWriter hold(Hold hold) {
        return uuid(hold.holder()).duration(hold.left());
    }

    /** Without their numbers. */
    ShelfWriter buried(Collection<Buried> buried) {
        number(buried.size());
        buried.forEach(one -> uuid(one.id().uuid()).duration(one.age()));
        return this;
    }

    /** After these deletions: which they are. Nothing may follow. */
    ShelfWriter numbers(Collection<Buried> buried) {
        buried.forEach(one -> whole(one.number()));
        return this;
    }

    ShelfWriter made(Collection<Made> made) {
        number(made.size());
        made.forEach(one -> uuid(one.id().uuid()).uuid(one.node().uuid()));
        return this;
    }

    ShelfWriter prefixes(Collection<IdPrefix> prefixes) {
        number(prefixes.size());
        prefixes.forEach(prefix -> number(prefix.bits()).number(prefix.value()));
        return this;
    }

    ShelfWriter summaries(List<Summary> summaries) {
        number(summaries.size());
        long before = 0;
        for (Summary summary : summaries) {
            number(summary.prefix().value() - before).number(summary.copies()).number(summary.count()).whole(summary.sum());
            before = summary.prefix().value();
        }
        return this;
    }

    ShelfWriter answers(List<Optional<Problem>> answers) {
        number(answers.size());
        answers.forEach(answer -> text(answer.map(Problem::name).orElse("")));
        return this;
    }

    /** In whole milliseconds, rounded down; what ran out is nothing. */
    private ShelfWriter duration(Duration duration) {
        return number(Math.max(0, duration.toMillis()));
    }

    private ShelfWriter uuid(UUID uuid) {
        return whole(uuid.getMostSignificantBits()).whole(uuid.getLeastSignificantBits());
    }

    private ShelfWriter whole(long value) {
        try {
            out.writeLong(value);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ShelfWriter data(byte[] data) {
        number(data.length);
        if (data.length < SMALL) {
            bytes.writeBytes(data);
        } else {
            cut();
            parts.add(ByteBuffer.wrap(data));
        }
        return this;
    }

    private void cut() {
        if (bytes.size() > 0) {
            parts.add(ByteBuffer.wrap(bytes.toByteArray()));
            bytes.reset();
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
