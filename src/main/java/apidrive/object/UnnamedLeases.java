package apidrive.object;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

import apidrive.chunk.GroupCommit;
import apidrive.manifest.StoredObject;
import apidrive.repair.HolderId;
import apidrive.sql.Database;

/**
 * Those who claim chunks of objects that no name keeps yet, so that whatever becomes of an upload, they end. What many uploads note at
 * the same time shares transactions. Threads share it.
 */
public final class UnnamedLeases implements AutoCloseable {
    /** So long after it was last heard of an upload is taken for dead. */
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration NOTED_EACH = Duration.ofMinutes(5);
    private static final int TRANSACTION = 64;  // uploads
    private static final int WAITING = 4_096;  // uploads
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** One upload's claim on what it stores. */
    final class Unnamed implements AutoCloseable {
        private final UUID holder = HolderId.drawn(clock.instant());
        private CompletableFuture<Void> noted;
        private CompletableFuture<Void> dropped;
        private Instant notedAt;
        private boolean isNamed;

        private Unnamed() {
            note(clock.instant());
        }

        UUID holder() {
            return holder;
        }

        /** The upload goes on. */
        void goOn() {
            Instant now = clock.instant();
            if (now.isAfter(notedAt.plus(NOTED_EACH))) {
                await(noted);
                note(now);
            }
        }

        /**
         * It is being named, at the same time as it is dropped from those that end: a crash in between leaves a name that keeps what it
         * should, or claims that end by themselves. To drop it afterwards was rejected: the crash would leave a name of nothing.
         */
        void beforeNaming() {
            await(noted);  // else the note could come after what takes it away, and end what is named
            dropped = drops.submit(holder);
        }

        /** A name keeps it from now on; {@code keeper} is for whom: where that is another, this one is not needed. */
        void named(Collection<UUID> keeper) {
            if (!keeper.contains(holder)) {
                ending.accept(List.of(holder));
            }
            await(dropped);
            isNamed = true;
        }

        /** Ends it unless it was named. */
        @Override
        public void close() {
            if (!isNamed) {
                ending.accept(List.of(holder));
                if (dropped == null) {
                    beforeNaming();
                }
                await(dropped);
            }
        }

        /** Waits for nothing: of an upload that a crash overtakes before it is noted the claims end by themselves. */
        private void note(Instant now) {
            noted = notes.submit(UnnamedTable.Note.of(holder));
            notedAt = now;
        }
    }

    private final UnnamedTable table;
    private final Consumer<Collection<UUID>> ending;
    private final InstantSource clock;
    private final GroupCommit<UnnamedTable.Note, Void> notes;
    private final GroupCommit<UUID, Void> drops;

    /** {@code ending} ends holders, durably. */
    public UnnamedLeases(Database database, Consumer<Collection<UUID>> ending, InstantSource clock) {
        this.table = new UnnamedTable(database);
        this.ending = ending;
        this.clock = clock;
        this.notes = new GroupCommit<>("note", this::note, TRANSACTION, 1, WAITING, LONGEST_WAIT);
        this.drops = new GroupCommit<>("drop", this::drop, TRANSACTION, 2, WAITING, LONGEST_WAIT);
    }

    /** That of an upload which begins. Throws BUSY. */
    Unnamed begin() {
        return new Unnamed();
    }

    /** Has the object known that an upload became; a crash of the database may forget it, and its names do not. */
    void know(StoredObject object) {
        await(notes.submit(UnnamedTable.Note.of(object)));
    }

    /** Ends at most {@code limit} of those that were left; returns how many. */
    int endDue(Instant now, int limit) {
        List<UUID> due = table.due(now, limit);
        ending.accept(due);
        table.drop(due);
        return due.size();
    }

    /** Notes what waits, and takes no more. */
    @Override
    public void close() {
        notes.close();
        drops.close();
    }

    private List<Void> note(List<UnnamedTable.Note> some) {
        Instant now = clock.instant();
        table.note(some, now, now.plus(PATIENCE));
        return Collections.nCopies(some.size(), null);
    }

    private List<Void> drop(List<UUID> holders) {
        table.drop(holders);
        return Collections.nCopies(holders.size(), null);
    }

    private static void await(CompletableFuture<Void> written) {
        try {
            written.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BUSY.because("the node is stopping", RETRY, e);
        }
    }
}
