package apidrive.name;

import static apidrive.name.NameWorld.NOON;
import static apidrive.name.NameWorld.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** The shapes of keys and records, and of the bodies in which nodes send them. */
class NameRecordTest {
    private static final NameKey KEY = new NameKey("files", "a/b");
    private static final NameRecord RECORD = NameRecord.of(KEY, 5, object("one"), Map.of("colour", "red", "Ä", "ö"), NOON);

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", ".a", "a/b", "ä", "0123456789012345678901234567890123456789012345678901234567890123"})
    void a_namespace_is_short_and_plain(String namespace) {
        assertMalformed(() -> new NameKey(namespace, "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000", "a\nb", "\u007f", "\uD800", "a\uDC00b"})
    void a_name_is_text_without_control_characters(String name) {
        assertMalformed(() -> new NameKey("files", name));
    }

    @Test
    void a_name_has_at_most_1024_bytes() {
        assertThat(new NameKey("files", "ü".repeat(512)).name()).hasSize(512);
        assertMalformed(() -> new NameKey("files", "ü".repeat(512) + "a"));
    }

    @Test
    void no_two_keys_have_one_id() {
        assertThat(new NameKey("a", "b").id()).isNotEqualTo(new NameKey("ab", "b").id()).isEqualTo(new NameKey("a", "b").id());
    }

    @Test
    void metadata_has_at_most_8_kib() {
        assertThat(NameRecord.of(KEY, 1, object("one"), Map.of("k", "v".repeat(8_191)), NOON).metadata()).hasSize(1);
        assertMalformed(() -> NameRecord.of(KEY, 1, object("one"), Map.of("k", "v".repeat(8_192)), NOON));
        assertMalformed(() -> NameRecord.of(KEY, 1, object("one"), Map.of("k", "\r\n"), NOON));
        Map<String, String> many = IntStream.range(0, 256).boxed().collect(Collectors.toMap(i -> "k" + i, i -> ""));
        NameRecord widest = NameRecord.of(new NameKey("n", "n".repeat(1_024)), 1, object("one"), many, NOON);
        assertThat(Format.BSON.write(NameDocument.of(widest)).length).isLessThan(NameRoute.mostBytes(1));
        many.put("one more", "");
        assertMalformed(() -> NameRecord.of(KEY, 1, object("one"), many, NOON));
    }

    /** As an earlier build reads it: all of the metadata, and nothing that it does not know. */
    @Test
    void for_whom_an_object_is_kept_is_passed_on_by_servers_that_know_nothing_of_it() {
        NameRecord held = NameRecord.of(KEY, 5, object("one"), Map.of("colour", "red"), NOON, Optional.of(new UUID(1, 2)));
        Document document = NameDocument.of(held);
        assertThat(through(document)).isEqualTo(held);
        assertThat(NameDocument.metadata(document.get("Metadata", Document.class).orElseThrow()))
                .isEqualTo(Map.of("colour", "red", "apidrive:holder", "00000000-0000-0001-0000-000000000002"));
        assertThat(held.sum()).isNotEqualTo(NameRecord.of(KEY, 5, object("one"), Map.of("colour", "red"), NOON).sum());
        assertMalformed(() -> NameRecord.of(KEY, 5, object("one"), Map.of("apidrive:holder", new UUID(1, 2).toString()), NOON));
    }

    @Test
    void when_a_name_ends_is_passed_on_likewise_and_is_a_whole_second() {
        Keeper keeper = new Keeper(Optional.of(new UUID(1, 2)), Optional.of(NOON));
        NameRecord ending = NameRecord.of(KEY, 5, object("one"), Map.of("colour", "red"), NOON, keeper);
        Document document = NameDocument.of(ending);
        assertThat(through(document)).isEqualTo(ending);
        assertThat(NameDocument.metadata(document.get("Metadata", Document.class).orElseThrow()))
                .containsEntry("apidrive:until", "2026-03-01T12:00:00Z").hasSize(3);
        assertThat(ending.isOver(NOON.minusMillis(1))).isFalse();
        assertThat(ending.isOver(NOON)).isTrue();
        assertMalformed(() -> NameRecord.of(KEY, 5, object("one"), Map.of("apidrive:until", NOON.toString()), NOON));
        assertMalformed(() -> NameRecord.of(KEY, 5, object("one"), Map.of(), NOON, new Keeper(Optional.empty(),
                Optional.of(NOON.plusMillis(1)))));
        Document broken = NameDocument.of(RECORD).with("Metadata", new Document().with("apidrive:until", "tomorrow"));
        assertMalformed(() -> through(broken));
    }

    @Test
    void a_record_comes_back_from_its_document() {
        NameRecord deleted = NameRecord.deleted(KEY, 6, NOON);
        assertThat(through(NameDocument.of(RECORD))).isEqualTo(RECORD);
        assertThat(through(NameDocument.of(deleted))).isEqualTo(deleted);
    }

    @Test
    void a_document_that_lacks_something_or_holds_something_else_is_malformed() {
        Document whole = Format.BSON.readDocument(Format.BSON.write(NameDocument.of(RECORD)));
        for (String member : whole.members().keySet()) {
            Document without = new Document();
            Document other = new Document();
            whole.members().forEach((name, value) -> {
                if (!name.equals(member)) {
                    without.with(name, value);
                }
                other.with(name, name.equals(member) ? true : value);
            });
            if (!member.equals("Root") && !member.equals("FileName")) {
                assertMalformed(() -> NameDocument.record(without));
                assertMalformed(() -> NameDocument.record(other));
            }
        }
    }

    @Test
    void a_body_of_anything_is_answered_or_malformed() {
        byte[] body = Format.BSON.write(List.of(new Document().with("Owed", List.of()), NameDocument.of(RECORD)));
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] broken = body.clone();
            for (int n = 0; n <= i % 3; n++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            for (NameRoute route : NameRoute.values()) {
                try {
                    route.answer(new Nothing(), broken);
                } catch (ProblemException e) {
                    assertThat(e.problem()).isEqualTo(Problem.MALFORMED);
                }
            }
        }
    }

    @Test
    void too_much_at_once_is_malformed() {
        List<Document> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(NameDocument.of(KEY));
        }
        assertMalformed(() -> NameRoute.FIND.answer(new Nothing(), Format.BSON.write(many)));
        assertMalformed(() -> NameRoute.LIST.answer(new Nothing(), Format.BSON.write(new Document().with("Namespace", "a")
                .with("Prefix", "").with("After", "").with("Limit", 257))));
        assertMalformed(() -> NameRoute.PARTS.answer(new Nothing(), Format.BSON.write(new Document().with("Bits", 21))));
        assertMalformed(() -> NameRoute.KEEP.answer(new Nothing(), Format.BSON.write(new Document().with("Owed",
                List.of(new byte[15])))));
    }

    @Test
    void a_peer_can_hand_over_nothing_that_was_not_asked_for() {
        NameKey asked = new NameKey("files", "asked");
        byte[] other = Format.BSON.write(List.of(NameDocument.of(RECORD)));
        RemoteNames lying = new RemoteNames((route, body, mostBytes) -> CompletableFuture.completedFuture(other), () -> NOON);

        assertThat(lying.find(List.of(asked)).join()).isEmpty();
        assertThat(lying.versions(asked).join()).isEmpty();
        assertThat(lying.list("files", "x", "", 10).join()).isEmpty();
        assertThat(lying.records(List.of(new NameMark(KEY.id(), 5, 1))).join()).as("another sum").isEmpty();
        assertThat(lying.keep(List.of(RECORD, RECORD), Set.of())).isCompletedExceptionally();
        assertThat(lying.parts(4)).isCompletedExceptionally();
        assertThat(lying.marks(List.of(IdPrefix.ALL), NameMark.LOWEST)).isCompletedExceptionally();
        NameMark mark = RECORD.mark();
        RemoteNames circling = new RemoteNames((route, body, mostBytes) -> CompletableFuture.completedFuture(
                Format.BSON.write(new Document().with("Marks", NameMark.write(List.of(mark, mark))))), () -> NOON);
        assertThat(circling.marks(List.of(IdPrefix.ALL), NameMark.LOWEST)).as("it would never end").isCompletedExceptionally();
    }

    private static NameRecord through(Document document) {
        return NameDocument.record(Format.BSON.readDocument(Format.BSON.write(document)));
    }

    private static void assertMalformed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED));
    }

    /** A shelf on which nothing is, and that takes everything. */
    private static final class Nothing implements NameShelf {
        @Override
        public CompletableFuture<Map<NameKey, NameRecord>> find(List<NameKey> keys) {
            return CompletableFuture.completedFuture(Map.of());
        }

        @Override
        public CompletableFuture<List<Long>> keep(List<NameRecord> records, Set<NodeId> owed) {
            return CompletableFuture.completedFuture(records.stream().map(NameRecord::version).toList());
        }

        @Override
        public CompletableFuture<List<NameRecord>> list(String namespace, String prefix, String after, int limit) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<NameFindings> search(NameQuery query, NamePlace after, int limit) {
            return CompletableFuture.completedFuture(new NameFindings(List.of(), Optional.empty(), Set.of()));
        }

        @Override
        public CompletableFuture<List<NameRecord>> versions(NameKey key) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<List<NamePart>> parts(int bits) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<List<NameMark>> marks(List<IdPrefix> within, NameMark after) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Set<UUID>> wanted(List<UUID> holders) {
            return CompletableFuture.completedFuture(Set.copyOf(holders));
        }

        @Override
        public CompletableFuture<List<NameRecord>> records(List<NameMark> marks) {
            return CompletableFuture.completedFuture(List.of());
        }
    }
}
