package apidrive.object;

import static apidrive.problem.Problem.UPLOAD_LOCKED;
import static apidrive.problem.Problem.UPLOAD_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import apidrive.TestDatabase;
import apidrive.chunk.PostgresEndedLeases;
import apidrive.manifest.Label;
import apidrive.manifest.ObjectDigests;
import apidrive.manifest.StoredObject;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.Digest;

/** The rows of objects and of uploads. */
class TablesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Label LABEL = Label.of("image/png", "a b.png");

    private final TestDatabase database = TestDatabase.migrated();
    private final ObjectTable objects = new ObjectTable(new Database(database.runner()));
    private final UploadTable uploads = new UploadTable(new Database(database.runner()));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void an_object_is_found_as_it_was_saved_by_its_root_and_its_digest() {
        StoredObject one = object(1, LABEL, NOON.plus(HOUR));
        save(one, NOON);

        assertThat(objects.find(one.id())).contains(one);
        assertThat(objects.findBySha256(digest(1), NOON)).contains(one);
        assertThat(objects.findBySha256(digest(1), NOON.plus(HOUR))).as("its lease has ended").isEmpty();
        assertThat(objects.find(object(2, LABEL, NOON).id())).isEmpty();
    }

    @Test
    void its_latest_uploader_says_what_it_is_and_no_lease_becomes_shorter() {
        save(object(1, LABEL, NOON.plus(HOUR)), NOON);
        save(object(1, Label.NONE, NOON), NOON);

        assertThat(objects.find(object(1, LABEL, NOON).id())).contains(object(1, Label.NONE, NOON.plus(HOUR)));
    }

    @Test
    void a_lease_is_written_only_where_it_is_due() {
        StoredObject one = object(1, LABEL, NOON.plus(HOUR));
        save(one, NOON);
        objects.renew(one.id(), NOON.plus(HOUR.multipliedBy(3)), NOON.plus(HOUR));
        assertThat(objects.find(one.id()).orElseThrow().expiresAt()).isEqualTo(NOON.plus(HOUR));
        objects.renew(one.id(), NOON.plus(HOUR.multipliedBy(3)), NOON.plus(HOUR).plusSeconds(1));
        assertThat(objects.find(one.id()).orElseThrow().expiresAt()).isEqualTo(NOON.plus(HOUR.multipliedBy(3)));
    }

    @Test
    void what_has_expired_goes_oldest_first_in_batches_and_the_rest_stays() {
        for (int i = 0; i < 5; i++) {
            save(object(i, LABEL, NOON.plusSeconds(i)), NOON);
            uploads.create(digest(i), upload(0, NOON.plusSeconds(i)));
        }

        assertThat(objects.deleteExpired(NOON.plusSeconds(3), 3)).isEqualTo(3);
        assertThat(uploads.deleteExpired(NOON.plusSeconds(3), 3)).isEqualTo(3);
        assertThat(objects.find(object(2, LABEL, NOON).id())).isEmpty();
        assertThat(objects.find(object(3, LABEL, NOON).id())).isPresent();
        assertThat(objects.deleteExpired(NOON.plusSeconds(3), 3)).isOne();
        assertThat(uploads.deleteExpired(NOON.plusSeconds(3), 3)).isOne();
        assertThat(database.number("SELECT count(*) FROM apidrive.object") + database.number("SELECT count(*) FROM apidrive.upload"))
                .isEqualTo(2);
    }

    @Test
    void of_uploads_that_expired_those_end_that_no_server_was_told_to_name_and_the_others_are_left_to_names() {
        UUID unnamed = new UUID(1, 1);
        UUID perhapsNamed = new UUID(2, 2);
        uploads.create(digest(1), heldBy(unnamed));
        uploads.create(digest(2), heldBy(perhapsNamed));
        uploads.naming(uploads.claim(digest(2), 0, NOON, NOON.plusSeconds(10)), NOON.plusSeconds(10));
        uploads.create(digest(3), heldBy(new UUID(3, 3)));
        uploads.naming(uploads.claim(digest(3), 0, NOON, NOON.plusSeconds(10)), NOON.plusSeconds(10));
        database.execute("INSERT INTO apidrive.unnamed_lease (holder, until) VALUES ('%s', now())".formatted(new UUID(3, 3)));
        assertThat(uploads.deleteExpired(NOON.plus(HOUR), 10)).isEqualTo(3);

        assertThat(new PostgresEndedLeases(new Database(database.runner())).untold(9)).containsExactly(unnamed);
        assertThat(database.number("SELECT count(*) FROM apidrive.unnamed_lease WHERE holder IN ('%s', '%s')"
                .formatted(perhapsNamed, new UUID(3, 3)))).isEqualTo(2);
    }

    @Test
    void the_holder_of_what_is_finished_is_left_to_names_and_needed_by_no_upload() {
        UploadTable.Row row = heldBy(new UUID(4, 4));
        uploads.create(digest(4), row);
        UploadTable.Claim claim = uploads.claim(digest(4), 0, NOON, NOON.plusSeconds(1));
        assertThat(claim.row().isNaming()).isFalse();
        uploads.naming(claim, NOON.plusSeconds(9));
        assertThat(problem(() -> uploads.claim(digest(4), 0, NOON.plusSeconds(8), NOON.plusSeconds(10)))).isEqualTo(UPLOAD_LOCKED);
        UploadTable.Claim next = uploads.claim(digest(4), 0, NOON.plusSeconds(10), NOON.plusSeconds(19));
        assertThat(next.row().isNaming()).isTrue();
        assertThat(problem(() -> uploads.finish(claim, row.upload(), object(1, LABEL, NOON), NOON))).isEqualTo(UPLOAD_LOCKED);
        uploads.finish(next, row.upload(), object(1, LABEL, NOON), NOON);

        assertThat(database.texts("SELECT until::text FROM apidrive.unnamed_lease WHERE holder = '" + new UUID(4, 4) + "'")).hasSize(1);
        assertThat(database.number("SELECT count(holder) FROM apidrive.upload WHERE root IS NOT NULL")).isZero();
    }

    @Test
    void who_was_overtaken_does_not_delete_the_upload_of_another() {
        uploads.create(digest(6), heldBy(new UUID(6, 6)));
        UploadTable.Claim late = uploads.claim(digest(6), 0, NOON, NOON.plusSeconds(1));
        UploadTable.Claim next = uploads.claim(digest(6), 0, NOON.plusSeconds(2), NOON.plusSeconds(10));

        assertThat(problem(() -> uploads.delete(late, NOON.plusSeconds(3)))).isEqualTo(UPLOAD_LOCKED);
        uploads.delete(next, NOON.plusSeconds(3));
        assertThat(problem(() -> uploads.find(digest(6), NOON.plusSeconds(3)))).isEqualTo(UPLOAD_NOT_FOUND);
    }

    @Test
    void of_an_upload_that_an_earlier_build_began_the_names_are_asked() {
        database.execute("INSERT INTO apidrive.upload (id, length, received, metadata, media_type, copies, ack, tree, tail, created_at, "
                + "expires_at, holder) VALUES (decode(repeat('01', 32), 'hex'), 10, 0, '', 'text/plain', 3, 2, '', '', '%1$s', '%1$s', '%2$s')"
                .formatted(NOON, new UUID(4, 4)));
        assertThat(uploads.deleteExpired(NOON.plus(HOUR), 10)).isOne();
        assertThat(new PostgresEndedLeases(new Database(database.runner())).untold(9)).isEmpty();
        assertThat(database.number("SELECT count(*) FROM apidrive.unnamed_lease WHERE holder = '%s'".formatted(new UUID(4, 4)))).isOne();
    }

    @Test
    void a_claim_holds_until_it_ends_is_released_or_overtaken_and_only_its_holder_writes() {
        uploads.create(digest(1), upload(0, NOON.plus(HOUR)));
        UploadTable.Claim first = uploads.claim(digest(1), 0, NOON, NOON.plusSeconds(10));
        assertThat(problem(() -> uploads.claim(digest(1), 0, NOON.plusSeconds(9), NOON.plusSeconds(20)))).isEqualTo(Problem.UPLOAD_LOCKED);
        uploads.hold(first, NOON.plusSeconds(30));
        assertThat(problem(() -> uploads.claim(digest(1), 0, NOON.plusSeconds(29), NOON.plus(HOUR))))
                .isEqualTo(Problem.UPLOAD_LOCKED);

        UploadTable.Claim second = uploads.claim(digest(1), 0, NOON.plusSeconds(30), NOON.plusSeconds(40));
        Upload further = upload(7, NOON.plus(HOUR)).upload();
        assertThat(problem(() -> uploads.save(first, further, Intake.State.EMPTY, NOON))).isEqualTo(Problem.UPLOAD_LOCKED);
        assertThat(problem(() -> uploads.hold(first, NOON.plus(HOUR)))).isEqualTo(Problem.UPLOAD_LOCKED);
        assertThat(problem(() -> uploads.finish(first, further, object(1, LABEL, NOON), NOON))).isEqualTo(Problem.UPLOAD_LOCKED);
        assertThat(objects.find(object(1, LABEL, NOON).id())).as("nor is there an object then").isEmpty();
        uploads.release(first);
        assertThat(problem(() -> uploads.claim(digest(1), 0, NOON.plusSeconds(31), NOON.plusSeconds(40)))).isEqualTo(Problem.UPLOAD_LOCKED);
        uploads.save(second, further, new Intake.State(new byte[] {1}, new byte[] {2, 3}), NOON.plusSeconds(40));
        uploads.release(second);

        assertThat(problem(() -> uploads.claim(digest(1), 0, NOON, NOON))).isEqualTo(Problem.OFFSET_MISMATCH);
        UploadTable.Row row = uploads.claim(digest(1), 7, NOON, NOON).row();
        assertThat(row.state().tree()).containsExactly(1);
        assertThat(row.state().tail()).containsExactly(2, 3);
        assertThat(row.wish()).isEqualTo(new Wish(4, 2));
        assertThat(row.label()).isEqualTo(LABEL);
    }

    private static Problem problem(Runnable deed) {
        ProblemException[] thrown = new ProblemException[1];
        assertThatThrownBy(deed::run).isInstanceOfSatisfying(ProblemException.class, e -> thrown[0] = e);
        return thrown[0].problem();
    }

    private static UploadTable.Row upload(long received, Instant expiresAt) {
        return new UploadTable.Row(new Upload(received, OptionalLong.of(10), "", expiresAt, Optional.empty()), LABEL, new Wish(4, 2),
                Intake.State.EMPTY, NOON, Optional.empty(), false);
    }

    private static UploadTable.Row heldBy(UUID holder) {
        UploadTable.Row row = upload(0, NOON.plusSeconds(20));
        return new UploadTable.Row(row.upload(), row.label(), row.wish(), row.state(), row.createdAt(), Optional.of(holder), false);
    }

    private static StoredObject object(int number, Label label, Instant expiresAt) {
        ObjectDigests digests = ObjectDigests.of(new byte[20], digest(number).bytes(), new byte[64]);
        return new StoredObject(Digest.of(digest(number).bytes()), number, digests, label, expiresAt);
    }

    private static Digest digest(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    private void save(StoredObject object, Instant now) {
        new Database(database.runner()).inTransaction(connection -> {
            ObjectTable.save(connection, List.of(object), now);
            return null;
        });
    }
}
