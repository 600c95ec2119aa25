package apidrive.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import apidrive.TestDatabase;
import apidrive.TestNetwork;
import apidrive.access.AdminTokens;
import apidrive.manifest.TreeShape;
import apidrive.repair.HolderId;
import apidrive.sql.Database;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Format;

/** Whatever is damaged behind the back of a node of a real network is found, repaired, and found no more. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FsckTest {
    private static final int NODES = 3;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String LEASES = "SELECT count(*) FROM apidrive.lease";
    private static final String UNEQUAL_SLOTS = """
            SELECT (SELECT abs(sum(used) - (SELECT count(*) FROM apidrive.chunk)) FROM apidrive.slot_shard)
                 + (SELECT abs(sum(bytes) - (SELECT COALESCE(sum(size), 0) FROM apidrive.chunk)) FROM apidrive.slot_shard)""";

    @TempDir
    private static Path folder;
    private static TestNetwork network;
    private static final List<Path> TOKENS = new ArrayList<>();

    private final List<String> named = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "a key that the nodes of this test share, and long enough");
        network = TestNetwork.start(NODES, TestNetwork.closed(key));
        for (int node = 0; node < NODES; node++) {
            Database database = new Database(database(node).runner());
            TOKENS.add(Files.writeString(folder.resolve("token-" + node),
                    database.inTransaction(connection -> new AdminTokens(database).make(connection, "test", Instant.now())) + "\n"));
        }
    }

    @AfterAll
    static void stop() {
        network.close();
    }

    @AfterEach
    void deleteNamed() throws Exception {
        for (String name : named) {
            call(0, "DELETE", "/api/drive/name/" + name, BodyPublishers.noBody());
        }
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(sum("SELECT count(*) FROM apidrive.chunk")).isZero());
    }

    @Test
    void a_copy_that_is_lost_is_made_again_by_the_server_that_lacks_it_and_by_one_that_keeps_it() throws Exception {
        ChunkId root = put("lost/a", Cli.bytes(200_000, 1));
        lose(0, root);
        assertThat(fsck(0)).satisfies(run -> {
            assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
            assertThat(run.out()).startsWith("copies-missing " + root + ": the root of lost/a is lacking on 1 of its servers\n")
                    .contains("found: 1, repaired: 0\n");
        });
        repaired(0, "copies-missing " + root);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertSound(0));

        lose(2, root);
        repaired(1, "copies-missing " + root);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertSound(1));
        assertThat(sum("SELECT count(*) FROM apidrive.chunk WHERE id = '" + root + "'")).isEqualTo(NODES);
    }

    @Test
    void what_no_server_keeps_is_told_and_left_and_what_a_silent_one_may_keep_is_told_to_be_unknown() throws Exception {
        byte[] bytes = Cli.bytes(200_000, 2);
        put("gone/a", bytes);
        ChunkId leaf = Chunk.of(Arrays.copyOf(bytes, Chunk.MAX_BYTES)).id();
        lose(0, leaf);
        lose(1, leaf);
        network.stop(2);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(fsck(0)).satisfies(run -> {
            assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
            assertThat(run.out()).contains("found: 0, repaired: 0, unknown: 1; silent: ").doesNotContain("missing");
        }));
        network.startAgain(2);
        network.awaitWhole();
        lose(2, leaf);
        assertThat(fsck(0, "--repair")).satisfies(run -> {
            assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
            assertThat(run.out()).startsWith("chunk-missing " + leaf + ": leaf 0 of gone/a is not kept by any server\n")
                    .contains("found: 1, repaired: 0\n");
        });
    }

    @Test
    void a_tree_of_more_chunks_than_a_call_looks_at_is_checked_to_its_end_also_behind_a_node_that_is_missing() throws Exception {
        byte[] tail = Cli.bytes(1_000, 3);
        long zeros = (long) TreeShape.STANDARD.fanOut() * Chunk.MAX_BYTES;
        named.add("large/a");
        call(0, "PUT", "/api/drive/name/large/a?ack=all", BodyPublishers.ofInputStream(() -> new SequenceInputStream(new Zeros(zeros),
                new ByteArrayInputStream(tail))));
        age();
        assertSound(0);
        ChunkId leaf = Chunk.of(tail).id();
        ChunkId node = new ChunkId(UUID.fromString(database(0).texts("SELECT id FROM apidrive.chunk WHERE size = "
                + (32 + 32 * TreeShape.STANDARD.fanOut())).get(0)));
        for (int server = 0; server < NODES; server++) {
            lose(server, leaf);
            lose(server, node);
        }
        assertThat(fsck(1).out()).startsWith("chunk-missing " + node + ": a node of large/a is not kept by any server\n"
                + "chunk-missing " + leaf + ": leaf " + TreeShape.STANDARD.fanOut() + " of large/a is not kept by any server\n")
                .contains("found: 2, repaired: 0\n");
    }

    @Test
    void a_name_that_means_what_is_no_tree_is_told_and_left() throws Exception {
        put("broken/a", Cli.bytes(200_000, 11));
        Chunk other = Chunk.of(Cli.bytes(100, 12));
        call(1, "PUT", "/api/drive/chunk?ack=all", BodyPublishers.ofByteArray(Cli.bytes(100, 12)));
        for (int node = 0; node < NODES; node++) {
            String otherwise = "SET digest = decode('" + other.digest() + "', 'hex') WHERE ";
            database(node).execute("UPDATE apidrive.name_content " + otherwise
                    + "digest = (SELECT digest FROM apidrive.name WHERE namespace = 'broken')");
            database(node).execute("UPDATE apidrive.name " + otherwise + "namespace = 'broken'");
        }
        Cli.Run run = fsck(1, "--repair");
        assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
        assertThat(run.out()).as(run.err()).startsWith("tree-broken " + other.id() + ": the root of broken/a is kept, and is none\n"
                + "claim-missing " + other.id() + ": the root of broken/a is kept here, and not claimed; repaired\n")
                .contains("found: 2, repaired: 1\n");
        call(0, "DELETE", "/api/drive/name/broken/a", BodyPublishers.noBody());
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(sum("SELECT count(*) FROM apidrive.chunk")).isEqualTo(NODES));
        for (int node = 0; node < NODES; node++) {
            lose(node, other.id());
        }
    }

    @Test
    void a_chunk_that_its_name_does_not_claim_is_claimed_again() throws Exception {
        ChunkId root = put("claimed/a", Cli.bytes(100, 4));
        long leases = sum(LEASES);
        database(1).execute("DELETE FROM apidrive.lease WHERE chunk = '" + root + "'");
        repaired(1, "claim-missing " + root);
        assertThat(sum(LEASES)).isEqualTo(leases);
        assertSound(1);
        assertThat(database(1).number("SELECT count(*) FROM apidrive.audit WHERE action = 'repair-claim-missing' AND subject = '"
                + root + "' AND outcome = 'done'")).isOne();
    }

    @Test
    void a_chunk_whose_row_and_claims_disagree_is_kept_by_what_there_is() throws Exception {
        ChunkId root = put("unequal/a", Cli.bytes(100, 5));
        String row = " FROM apidrive.chunk WHERE id = '" + root + "'";
        database(1).execute("UPDATE apidrive.chunk SET plain_until = NULL WHERE id = '" + root + "'");
        repaired(1, "claim-unequal " + root);
        assertSound(1);
        assertThat(database(1).number("SELECT count(plain_until)" + row)).isOne();

        ChunkId plain = Chunk.of(Cli.bytes(100, 6)).id();
        call(1, "PUT", "/api/drive/chunk?ack=all", BodyPublishers.ofByteArray(Cli.bytes(100, 6)));
        database(1).execute("UPDATE apidrive.chunk SET plain_until = 'epoch' WHERE id = '" + plain + "'");
        repaired(1, "claim-unequal " + plain);
        assertSound(1);
        assertThat(database(1).number("SELECT count(*) FROM apidrive.chunk WHERE plain_until IS NULL AND expires_at > now() + '29 days'"
                + " AND id = '" + plain + "'")).isOne();
        for (int node = 0; node < NODES; node++) {
            lose(node, plain);
        }
        lose(1, root);  // which would be kept by the lease that it may have had beside its claims
    }

    @Test
    void a_claim_on_what_is_not_kept_goes_and_one_of_a_holder_that_has_ended_is_counted() {
        database(0).execute("""
                INSERT INTO apidrive.lease
                SELECT gen_random_uuid(), gen_random_uuid(), now() + '1 day' FROM generate_series(1, 1001)""");
        String holder = "00000000-0000-4000-8000-000000000001";
        database(0).execute("INSERT INTO apidrive.ended_lease (holder, ended_at, heard_at, look_at, is_settled, is_told) VALUES ('" + holder
                + "', now(), now(), now(), true, true)");
        database(0).execute("INSERT INTO apidrive.lease VALUES ('" + holder + "', gen_random_uuid(), now())");

        Cli.Run run = fsck(0, "--repair");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("claim-orphaned ").contains("leases 1002, ")
                .contains("found: 1002, repaired: 1002; 1 claims are ending\n");
        assertSound(0);
        assertThat(database(0).number(LEASES)).isZero();
    }

    @Test
    void an_older_version_of_a_name_is_checked_as_well_and_one_that_says_the_same_only_once() throws Exception {
        byte[] old = Cli.bytes(200_000, 7);
        ChunkId root = put("versions/a", old);
        put("versions/a", Cli.bytes(100, 8));
        put("versions/b", old);
        for (int node = 0; node < NODES; node++) {
            database(node).execute("""
                    WITH before AS (
                        UPDATE apidrive.name SET is_newest = false WHERE namespace = 'versions' AND name.name = 'b' RETURNING *)
                    INSERT INTO apidrive.name
                    SELECT id, version + 1, sum, true, namespace, name, digest, size, sha1, sha256, sha512, media_type, file_name, metadata,
                           made_at
                      FROM before""");
        }
        assertSound(0);
        assertThat(database(0).number("SELECT count(*) FROM apidrive.name WHERE namespace = 'versions'")).as("two of each").isEqualTo(4);

        lose(0, root);
        Cli.Run run = fsck(0);
        assertThat(run.out().lines().toList()).as(run.err()).contains(
                "copies-missing " + root + ": the root of an older version of versions/a is lacking on 1 of its servers",
                "copies-missing " + root + ": the root of versions/b is lacking on 1 of its servers").hasSize(3);
        fsck(0, "--repair");
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertSound(0));
        database(1).execute("DELETE FROM apidrive.lease USING apidrive.name WHERE chunk = '" + root
                + "' AND lease.holder::text = metadata ->> 'apidrive:holder' AND namespace = 'versions' AND name.name = 'a'");
        repaired(1, "claim-missing " + root);
    }

    @Test
    void a_holder_that_nobody_needs_for_a_day_is_ended_everywhere_and_one_that_somebody_may_need_never() throws Exception {
        ChunkId needed = put("needed/a", Cli.bytes(100, 9));
        put("needed/a", Cli.bytes(100, 10));
        String kept = "FROM apidrive.lease WHERE chunk = '" + needed + "'";
        assertThat(sum("SELECT count(*) " + kept)).as("by an older version").isEqualTo(NODES);
        UUID chunk = UUID.fromString(needed.toString());
        UUID young = claim(1, chunk, Duration.ofHours(23), Duration.ofDays(27));
        UUID renewed = claim(1, chunk, Duration.ofDays(40), Duration.ofDays(29).plusHours(1));
        UUID uploading = claim(1, chunk, Duration.ofHours(25), Duration.ofDays(28));
        UUID resumable = claim(1, chunk, Duration.ofHours(25), Duration.ofDays(28));
        UUID early = claim(1, chunk, UUID.randomUUID(), Duration.ofDays(28));
        database(2).execute("INSERT INTO apidrive.unnamed_lease VALUES ('" + uploading + "', now() + interval '1 hour')");
        database(2).execute("""
                INSERT INTO apidrive.upload (id, length, metadata, media_type, copies, ack, tree, tail, created_at, expires_at, holder)
                VALUES (sha256('a'), 10, '', 'text/plain', 3, 2, '', '', now(), now() + interval '1 day', '%s')""".formatted(resumable));
        UUID orphan = claim(1, chunk, Duration.ofHours(25), Duration.ofDays(28));
        claim(2, chunk, orphan, Duration.ofDays(28));

        network.stop(2);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(fsck(1, "--repair")).satisfies(run -> {
            assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
            assertThat(run.out()).contains("found: 0, repaired: 0, unknown: 4; silent: ");
        }));
        network.startAgain(2);
        network.awaitWhole();
        Cli.Run run = fsck(1, "--repair");
        assertThat(run.out().lines().toList()).as(run.err()).contains(
                "holder-unnamed " + orphan + ": it claims 1 chunk here, and no name is kept for it; repaired",
                "holder-unnamed " + early + ": it claims 1 chunk here, and no name is kept for it").hasSize(3);
        assertThat(run.code()).isEqualTo(ExitCode.INCOMPLETE);
        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(sum("SELECT count(*) FROM apidrive.lease WHERE holder = '" + orphan
                + "'")).as("here, and where another server had it").isZero());
        for (UUID other : List.of(young, renewed, uploading, resumable, early)) {
            assertThat(database(1).number("SELECT count(*) FROM apidrive.lease WHERE holder = '" + other + "'")).isOne();
            assertThat(sum("SELECT count(*) FROM apidrive.ended_lease WHERE holder = '" + other + "'")).isZero();
        }
        assertThat(sum("SELECT count(*) " + kept)).isEqualTo(NODES + 5);
        database(1).execute("DELETE FROM apidrive.lease WHERE holder IN ('%s', '%s', '%s', '%s', '%s')".formatted(young, renewed, uploading,
                resumable, early));
        database(2).execute("TRUNCATE apidrive.unnamed_lease, apidrive.upload");
        assertSound(1);
    }

    @Test
    void counts_of_slots_and_bytes_are_set_to_what_is_kept_while_others_store() throws Exception {
        database(0).execute("UPDATE apidrive.slot_shard SET used = used + 3, bytes = bytes - 7 WHERE shard = 5");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> storing = executor.submit(() -> {
            for (int i = 0; i < 30; i++) {
                put("counted/" + i, Cli.bytes(1_000, 100 + i));
            }
            return null;
        });
        repaired(0, "slots-unequal slots");
        storing.get(60, TimeUnit.SECONDS);
        executor.shutdown();
        assertThat(database(0).number(UNEQUAL_SLOTS)).isZero();
        assertSound(0);
    }

    @Test
    void counts_of_names_and_their_bytes_are_set_to_what_is_kept_while_others_put_names() throws Exception {
        put("same/1", Cli.bytes(1_000, 99));
        put("same/2", Cli.bytes(1_000, 99));
        database(0).execute("UPDATE apidrive.name_shard SET names = names + 3, logical_bytes = 5, content_bytes = 7 WHERE shard = 5");
        database(0).execute("UPDATE apidrive.name_content SET names = names + 1");
        database(0).execute("INSERT INTO apidrive.name_content VALUES ('\\x00', 1, 1)");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> storing = executor.submit(() -> {
            for (int i = 0; i < 30; i++) {
                put("named/" + i, Cli.bytes(1_000, 200 + i / 2));
            }
            return null;
        });
        repaired(0, "usage-unequal usage");
        storing.get(60, TimeUnit.SECONDS);
        executor.shutdown();
        assertThat(database(0).number("""
                SELECT abs(names - (SELECT count(*) FROM apidrive.name
                                     WHERE is_newest AND namespace NOT LIKE 'sha%' AND digest IS NOT NULL))
                     + abs(shared_bytes - (SELECT sum((names - 1) * size) FROM apidrive.name_content))
                  FROM apidrive_view.usage""")).isZero();
        assertSound(0);
    }

    @Test
    void nothing_is_found_while_objects_come_and_go_and_several_runs_at_once_do_no_harm() throws Exception {
        for (int i = 0; i < 60; i++) {
            put("old/" + i, Cli.bytes(70_000 + i, 1_000 + i));
        }
        ExecutorService executor = Executors.newFixedThreadPool(2 + NODES);
        List<Future<?>> working = new ArrayList<>();
        working.add(executor.submit(() -> {
            for (int i = 0; i < 40; i++) {
                call(i % NODES, "PUT", "/api/drive/name/new/" + i, BodyPublishers.ofByteArray(Cli.bytes(150_000, 2_000 + i % 7)));
                if (i % 2 == 1) {
                    call((i + 1) % NODES, "DELETE", "/api/drive/name/new/" + (i - 1), BodyPublishers.noBody());
                }
            }
            return null;
        }));
        working.add(executor.submit(() -> {
            for (int i = 0; i < 60; i += 2) {
                call(i % NODES, "DELETE", "/api/drive/name/old/" + i, BodyPublishers.noBody());
            }
            return null;
        }));
        List<Future<List<Cli.Run>>> checking = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            int server = node;
            checking.add(executor.submit(() -> {
                List<Cli.Run> runs = new ArrayList<>();
                while (runs.size() < 3 || working.stream().anyMatch(work -> !work.isDone())) {
                    runs.add(fsck(server, "--repair"));
                }
                return runs;
            }));
        }
        for (Future<?> work : working) {
            work.get(120, TimeUnit.SECONDS);
        }
        for (Future<List<Cli.Run>> runs : checking) {
            assertThat(runs.get(60, TimeUnit.SECONDS)).allSatisfy(run -> assertThat(run.out()).as(run.err()).contains("found: 0,")
                    .doesNotContain("unknown"));
        }
        age();
        List<Future<Cli.Run>> repairing = new ArrayList<>();
        database(0).execute("UPDATE apidrive.slot_shard SET used = used + 3 WHERE shard = 5");
        database(0).execute("DELETE FROM apidrive.lease");
        for (int i = 0; i < 4; i++) {
            repairing.add(executor.submit(() -> fsck(0, "--repair")));
        }
        for (Future<Cli.Run> run : repairing) {
            assertThat(run.get(60, TimeUnit.SECONDS).code()).as(run.get().out() + run.get().err()).isZero();
        }
        executor.shutdown();
        assertSound(0);
        assertThat(database(0).number(UNEQUAL_SLOTS)).isZero();
        for (int i = 0; i < 40; i++) {
            named.add("new/" + i);
        }
    }

    private void repaired(int node, String what) {
        Cli.Run run = fsck(node, "--repair");
        assertThat(run.out()).as(run.err()).startsWith(what + ": ").contains("; repaired\n").contains("found: 1, repaired: 1\n");
        assertThat(run.code()).isZero();
    }

    private static void assertSound(int node) {
        Cli.Run run = fsck(node);
        assertThat(run.out()).as(run.err()).startsWith("checked: names ").contains("found: 0, repaired: 0");
        assertThat(run.code()).isZero();
    }

    private static Cli.Run fsck(int node, String... more) {
        List<Object> arguments = new ArrayList<>(List.of("fsck", "--server", network.node(node).uri(""), "--token-file", TOKENS.get(node)));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    /** Stores and names it on all nodes, long ago as far as they know; the root. */
    private ChunkId put(String name, byte[] bytes) throws Exception {
        named.add(name);
        HttpResponse<byte[]> answer = call(0, "PUT", "/api/drive/name/" + name + "?ack=all", BodyPublishers.ofByteArray(bytes));
        age();
        return Format.JSON.readDocument(answer.body()).id("Root").orElseThrow();
    }

    /** A claim on a chunk by a holder that was drawn so long ago; it goes on for {@code left}. */
    private static UUID claim(int node, UUID chunk, Duration drawn, Duration left) {
        return claim(node, chunk, HolderId.drawn(Instant.now().minus(drawn)), left);
    }

    private static UUID claim(int node, UUID chunk, UUID holder, Duration left) {
        database(node).execute("INSERT INTO apidrive.lease VALUES ('" + holder + "', '" + chunk + "', now() + interval '"
                + left.toSeconds() + " s')");
        return holder;
    }

    private static void age() {
        for (int node = 0; node < NODES; node++) {
            database(node).execute("""
                    UPDATE apidrive.name SET made_at = made_at - interval '1 hour' WHERE made_at > now() - interval '1 hour'""");
        }
    }

    /** As if the rows had never been: counts and claims are as they should be. */
    private static void lose(int node, ChunkId id) {
        database(node).execute("""
                WITH gone AS (DELETE FROM apidrive.chunk WHERE id = '%1$s' RETURNING size),
                     bytes AS (DELETE FROM apidrive.chunk_data WHERE id = '%1$s'),
                     leases AS (DELETE FROM apidrive.lease WHERE chunk = '%1$s')
                UPDATE apidrive.slot_shard SET used = used - 1, bytes = bytes - gone.size FROM gone WHERE shard = 3""".formatted(id));
    }

    private static HttpResponse<byte[]> call(int node, String method, String path, HttpRequest.BodyPublisher body) throws Exception {
        HttpResponse<byte[]> answer = HTTP.send(HttpRequest.newBuilder(network.node(node).uri(path)).timeout(Duration.ofMinutes(1))
                .header("Accept", "application/json").method(method, body).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(method + " " + path + " " + new String(answer.body())).isIn(200, 201, 204, 404);
        return answer;
    }

    private static long sum(String sql) {
        long sum = 0;
        for (int node = 0; node < NODES; node++) {
            sum += database(node).number(sql);
        }
        return sum;
    }

    private static TestDatabase database(int node) {
        return network.node(node).database();
    }

    /** So many bytes, all of them 0. */
    private static final class Zeros extends InputStream {
        private long left;

        private Zeros(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int count) {
            if (left <= 0) {
                return -1;
            }
            int some = (int) Math.min(left, count);
            Arrays.fill(into, from, from + some, (byte) 0);
            left -= some;
            return some;
        }
    }
}
