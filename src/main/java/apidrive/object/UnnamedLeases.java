package apidrive.object;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import apidrive.chunk.GroupCommit;
import apidrive.manifest.StoredObject;
import apidrive.name.Names;
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
        private CompletableFuture<Void> marked;
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
         * It is being named, at the same time as that is noted: whoever finds it here from now on asks for its name before he ends it. A
         * crash leaves a name that keeps what it should, or claims that end within an hour or so. To drop it at once was rejected: the
         * crash would leave claims for as long as these go on, however short a time was chosen. To claim for that time alone was, too:
         * when a lease began is told by its end, and a chunk that was stored for a day would seem older than a deletion before it.
         */
        void beforeNaming() {
            await(noted);  // else the note could come after this one, and end what is named
            marked = marks.submit(holder);
        }

        /**
         * A name keeps it from now on; {@code keeper} is for whom: where that is another, this one is not needed. An {@code object} that is
         * new is known when this returns; a crash of the database may forget it, and its names do not.
         */
        void named(Collection<UUID> keeper, Optional<StoredObject> object) {
            if (!keeper.contains(holder)) {
                ending.accept(List.of(holder));
            }
            await(marked);
            isNamed = true;
            await(notes.submit(UnnamedTable.Note.named(holder, object)));
        }

        /** Ends it unless it was named. */
        @Override
        public void close() {
            if (!isNamed) {
                ending.accept(List.of(holder));
                await(marked == null ? noted : marked);  // else what is noted could come after what takes it away
                table.drop(List.of(holder));
            }
        }

        /** Waits for nothing: of an upload that a crash overtakes before it is noted the claims end by themselves. */
        private void note(Instant now) {
            noted = notes.submit(UnnamedTable.Note.unnamed(holder));
            notedAt = now;
        }
    }

    private final UnnamedTable table;
    private final Consumer<Collection<UUID>> ending;
    private final Function<List<UUID>, Names.Wanted> naming;
    private final InstantSource clock;
    private final GroupCommit<UnnamedTable.Note, Void> notes;
    private final GroupCommit<UUID, Void> marks;

    /** {@code ending} ends holders, durably; {@code naming} tells which of them names keep. */
    public UnnamedLeases(Database database, Consumer<Collection<UUID>> ending, Function<List<UUID>, Names.Wanted> naming,
            InstantSource clock) {
        this.table = new UnnamedTable(database);
        this.ending = ending;
        this.naming = naming;
        this.clock = clock;
        this.notes = new GroupCommit<>("note", this::note, TRANSACTION, 1, WAITING, LONGEST_WAIT);
        this.marks = new GroupCommit<>("mark", this::mark, TRANSACTION, 2, WAITING, LONGEST_WAIT);
    }

    /** That of an upload which begins. Throws BUSY. */
    Unnamed begin() {
        return new Unnamed();
    }

    /**
     * Sees to at most {@code limit} of those that were left; returns how many. They end, but for those that may have been named: these are
     * left to the names that keep them, and looked at again while a server is silent that may keep one.
     */
    int endDue(Instant now, int limit) {
        List<UnnamedTable.Due> due = table.due(now, limit);
        Set<UUID> left = due.stream().map(UnnamedTable.Due::holder).collect(Collectors.toCollection(HashSet::new));
        List<UUID> asked = due.stream().filter(UnnamedTable.Due::isNaming).map(UnnamedTable.Due::holder).toList();
        if (!asked.isEmpty()) {
            Names.Wanted wanted = naming.apply(asked);
            table.drop(wanted.holders());
            left.removeAll(wanted.holders());
            if (!wanted.silent().isEmpty()) {
                List<UUID> unknown = asked.stream().filter(left::contains).toList();
                table.mark(unknown, now.plus(NOTED_EACH));
                unknown.forEach(left::remove);
            }
        }
        ending.accept(left);
        table.drop(left);
        return due.size();
    }

    /** Notes what waits, and takes no more. */
    @Override
    public void close() {
        notes.close();
        marks.close();
    }

    private List<Void> note(List<UnnamedTable.Note> some) {
        Instant now = clock.instant();
        table.note(some, now, now.plus(PATIENCE));
        return Collections.nCopies(some.size(), null);
    }

    private List<Void> mark(List<UUID> holders) {
        table.mark(holders, clock.instant().plus(PATIENCE));
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
