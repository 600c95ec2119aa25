package apidrive.object;

import static apidrive.problem.Problem.BUSY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

import apidrive.chunk.GroupCommit;
import apidrive.manifest.StoredObject;
import apidrive.name.Names;
import apidrive.problem.ProblemException;
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
    private static final int COMPANY = 4;
    private static final int WAITING = 4_096;  // uploads
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** One upload's claim on what it stores. */
    final class Unnamed implements AutoCloseable {
        private final UUID holder = HolderId.drawn(clock.instant());
        private CompletableFuture<Void> noted;
        private Instant notedAt;
        private boolean isLeftToNames;

        private Unnamed() {
            note(clock.instant());
        }

        UUID holder() {
            return holder;
        }

        /** The upload goes on. Throws BUSY where it stood still for so long that its claims may have ended. */
        void goOn() {
            Instant now = clock.instant();
            if (now.isAfter(notedAt.plus(PATIENCE.dividedBy(2)))) {
                throw BUSY.because("the upload stood still for too long", RETRY);
            }
            if (now.isAfter(notedAt.plus(NOTED_EACH))) {
                await(noted);
                note(now);
            }
        }

        /**
         * Has {@code naming} give it a name, which is durable then, and returns what that does. Where the name is kept for another, this
         * one is not needed, and ends. Unless it was refused, which takes nothing, a naming that fails or is overtaken by a crash may have
         * left a name on some server: then the holder is left to what the names say when its time is over, for whoever stores the same
         * bytes next may find that name, and be told that all is kept. An {@code object} that is new is known when this returns; a crash of
         * the database may forget it, and its names do not.
         */
        <T> T name(Function<UUID, Named<T>> naming, Optional<StoredObject> object) {
            goOn();
            await(noted);
            isLeftToNames = true;
            Named<T> named = tried(naming);
            if (!named.keeper().equals(Optional.of(holder))) {
                ending.accept(List.of(holder));
            }
            await(notes.submit(UnnamedTable.Note.named(holder, object)));
            return named.result();
        }

        private <T> Named<T> tried(Function<UUID, Named<T>> naming) {
            try {
                return naming.apply(holder);
            } catch (ProblemException failure) {
                isLeftToNames = !failure.problem().isRefusal();
                throw failure;
            }
        }

        /** Ends it unless it is named, or may be. */
        @Override
        public void close() {
            if (!isLeftToNames) {
                ending.accept(List.of(holder));
                await(noted);  // else what is noted could come after what takes it away
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

    /** {@code ending} ends holders, durably; {@code naming} tells which of them names keep. */
    public UnnamedLeases(Database database, Consumer<Collection<UUID>> ending, Function<List<UUID>, Names.Wanted> naming,
            InstantSource clock) {
        this.table = new UnnamedTable(database);
        this.ending = ending;
        this.naming = naming;
        this.clock = clock;
        this.notes = new GroupCommit<>("note", this::note, new GroupCommit.Sharing(TRANSACTION, COMPANY, 1), WAITING, LONGEST_WAIT);
    }

    /** That of an upload which begins. Throws BUSY. */
    Unnamed begin() {
        return new Unnamed();
    }

    /**
     * Sees to at most {@code limit} of those that were left; returns how many, or 0 where all the others are to wait as well. Whom a name
     * keeps is left to it; the others end, but are looked at again while a server is silent that may keep a name of theirs. Who is to end
     * is asked for twice, for a name may be handed over between two servers, the one of which was asked before and the other after.
     */
    int endDue(Instant now, int limit) {
        List<UUID> due = table.due(now, limit);
        if (due.isEmpty()) {
            return 0;
        }
        Asked first = unwanted(due);
        Asked second = first.isHeard() && !first.unwanted().isEmpty() ? unwanted(first.unwanted()) : first;
        if (!second.isHeard()) {
            table.putOff(second.unwanted(), now.plus(NOTED_EACH));
            return 0;
        }
        ending.accept(second.unwanted());
        table.drop(second.unwanted());
        return due.size();
    }

    /** Those whom no server that answers has a name for, and whether all answer. */
    private record Asked(List<UUID> unwanted, boolean isHeard) {
    }

    private Asked unwanted(List<UUID> holders) {
        Names.Wanted wanted = naming.apply(holders);
        table.drop(wanted.holders());
        return new Asked(holders.stream().filter(holder -> !wanted.holders().contains(holder)).toList(), wanted.silent().isEmpty());
    }

    /** Notes what waits, and takes no more. */
    @Override
    public void close() {
        notes.close();
    }

    private List<Void> note(List<UnnamedTable.Note> some) {
        Instant now = clock.instant();
        table.note(some, now, now.plus(PATIENCE));
        return Collections.nCopies(some.size(), null);
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
