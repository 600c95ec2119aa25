package apidrive.sql;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import apidrive.TestNode;

/** The columns of the views are an interface: those here may not go, new ones come at the end. */
class ViewsTest {
    private static final String READER = "views_reader";
    private static final Map<String, String> COLUMNS = Map.ofEntries(
            entry("chunks", "id uuid, size int4, sha256 text, stored_at timestamptz, expires_at timestamptz, live bool, "
                    + "damaged_at timestamptz, checked_at timestamptz, epoch int4, copies int2"),
            entry("expiry_calendar", "day date, chunks int8, bytes int8"),
            entry("epochs", "epoch int4, starts_at timestamptz, ends_at timestamptz, partition text, bytes int8"),
            entry("slots", "used int8, bytes int8, leftovers int8"),
            entry("leases", "holder uuid, chunk uuid, until timestamptz"),
            entry("shared", "chunks int8, bytes int8, logical_bytes int8"),
            entry("usage", "names int8, logical_bytes int8, content_bytes int8, shared_bytes int8, physical_bytes int8"),
            entry("heal_queue", "chunk uuid, node uuid, copies_known int4, attempts int4, made_at timestamptz, due_at timestamptz, "
                    + "last_error text"),
            entry("under_replicated", "chunk uuid, missing int8, known int4"),
            entry("copies", "wanted int2, known int2, chunks int8, at timestamptz"),
            entry("risk", "server uuid, url text, state text, chunks int8, at timestamptz"),
            entry("parts", "whole int2, parts int4, chunks int8, at timestamptz"),
            entry("comparisons", "server uuid, at timestamptz, different int4, error text"),
            entry("consumers", "client cidr, period_start timestamptz, chunks int8, has_own_limit bool, own_limit int8"),
            entry("audit", "number int8, at timestamptz, actor text, client cidr, action text, subject text, outcome text"),
            entry("objects", "root uuid, size int8, sha1 text, sha256 text, sha512 text, media_type text, file_name text, "
                    + "stored_at timestamptz, expires_at timestamptz"),
            entry("names", "namespace text, name text, version int8, is_newest bool, is_deleted bool, size int8, root_sha256 text, sha1 text, "
                    + "sha256 text, sha512 text, media_type text, file_name text, metadata jsonb, made_at timestamptz, id uuid, "
                    + "holder uuid"),
            entry("namespaces", "namespace text, names int8, logical_bytes int8, content_bytes int8"),
            entry("peers", "id uuid, url text, zone text, grouped text, state text, since timestamptz, slots int8, weight int8, "
                    + "preferred bool, version text, sequence int8, is_this_node bool"));
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start();
        for (String text : List.of("one", "two two")) {
            HttpClient.newHttpClient().send(HttpRequest.newBuilder(node.uri("/api/drive/chunk"))
                    .PUT(BodyPublishers.ofString(text)).build(), BodyHandlers.discarding());
        }
        node.database().execute("CREATE ROLE " + READER + " LOGIN");
        node.database().execute("GRANT USAGE ON SCHEMA apidrive_view TO " + READER);
        node.database().execute("GRANT SELECT ON ALL TABLES IN SCHEMA apidrive_view TO " + READER);
    }

    @AfterAll
    static void stop() {
        node.database().execute("DROP OWNED BY " + READER);
        node.database().execute("DROP ROLE " + READER);
        node.close();
    }

    @Test
    void have_these_columns_first() throws SQLException {
        for (Map.Entry<String, String> view : COLUMNS.entrySet()) {
            assertThat(rows("SELECT column_name || ' ' || udt_name FROM information_schema.columns WHERE table_schema = "
                    + "'apidrive_view' AND table_name = '" + view.getKey() + "' ORDER BY ordinal_position"))
                    .as(view.getKey()).startsWith(view.getValue().split(", "));
        }
        assertThat(rows("SELECT table_name::text FROM information_schema.views WHERE table_schema = 'apidrive_view'"))
                .as("every view is listed here").containsExactlyInAnyOrderElementsOf(COLUMNS.keySet());
    }

    @Test
    void show_what_is_kept_when_it_falls_due_and_who_stored_it() throws SQLException {
        assertThat(rows("SELECT size || ' ' || live || ' ' || length(sha256) FROM apidrive_view.chunks ORDER BY size"))
                .containsExactly("3 true 64", "7 true 64");
        assertThat(rows("SELECT chunks || ' ' || bytes FROM apidrive_view.expiry_calendar")).containsExactly("2 10");
        assertThat(rows("SELECT used || ' ' || bytes FROM apidrive_view.slots")).containsExactly("2 10");
        assertThat(rows("SELECT partition FROM apidrive_view.epochs WHERE bytes > 0")).isNotEmpty();
        assertThat(rows("SELECT action FROM apidrive_view.audit")).containsExactly("make-link");
        Awaitility.await().untilAsserted(() -> assertThat(rows("SELECT client || ' ' || chunks || ' ' || has_own_limit "
                + "FROM apidrive_view.consumers")).containsExactly("127.0.0.1/32 2 false"));
    }

    @Test
    void show_who_holds_what_and_what_more_than_one_hold() throws SQLException {
        node.database().execute("""
                UPDATE apidrive.chunk SET plain_until = CASE size WHEN 3 THEN expires_at ELSE 'epoch'::timestamptz END;
                INSERT INTO apidrive.lease (holder, chunk, until) SELECT md5('holder')::uuid, id, expires_at FROM apidrive.chunk""");
        try {
            assertThat(rows("SELECT size || ' ' || (holder IS NULL) FROM apidrive_view.leases JOIN apidrive_view.chunks ON id = chunk ORDER BY 1"))
                    .containsExactly("3 false", "3 true", "7 false");
            assertThat(rows("SELECT chunks || ' ' || bytes || ' ' || logical_bytes FROM apidrive_view.shared")).containsExactly("1 3 13");
        } finally {
            node.database().execute("DELETE FROM apidrive.lease; UPDATE apidrive.chunk SET plain_until = NULL");
        }
    }

    @Test
    void show_which_chunks_lack_copies_and_how_many_are_known_of() throws SQLException {
        // none is due, so that the node's own healing leaves them alone
        node.database().execute("""
                INSERT INTO apidrive.heal (chunk, node, sources, attempts, made_at, due_at, last_error)
                SELECT id, gen_random_uuid(), '{}', 2, now(), now() + '1 hour', 'away' FROM apidrive.chunk WHERE size = 3
                 UNION ALL
                SELECT id, gen_random_uuid(), ARRAY[gen_random_uuid()], 0, now(), now() + '1 hour', NULL FROM apidrive.chunk WHERE size = 3
                 UNION ALL
                SELECT gen_random_uuid(), gen_random_uuid(), ARRAY[gen_random_uuid()], 0, now(), now() + '1 hour', NULL""");
        try {
            assertThat(rows("SELECT missing || ' ' || known FROM apidrive_view.under_replicated ORDER BY missing"))
                    .containsExactly("1 1", "2 2");
            assertThat(rows("SELECT copies_known || ' ' || attempts || ' ' || COALESCE(last_error, '-') "
                    + "FROM apidrive_view.heal_queue ORDER BY 1")).containsExactly("1 0 -", "1 2 away", "2 0 -");
            node.database().execute("UPDATE apidrive.chunk SET damaged_at = now() WHERE size = 3");
            assertThat(rows("SELECT missing || ' ' || known FROM apidrive_view.under_replicated ORDER BY missing"))
                    .as("what is damaged is no copy").containsExactly("1 1", "2 1");
        } finally {
            node.database().execute("DELETE FROM apidrive.heal; UPDATE apidrive.chunk SET damaged_at = NULL");
        }
    }

    @Test
    void are_all_that_their_reader_sees() {
        for (String statement : List.of("SELECT * FROM apidrive.chunk", "SELECT key FROM apidrive.node", "SELECT * FROM apidrive.admin_token", "SELECT * FROM apidrive.cached_chunk",
                "DELETE FROM apidrive_view.audit", "UPDATE apidrive_view.chunks SET size = 0",
                "INSERT INTO apidrive_view.slots VALUES (1)")) {
            assertThatThrownBy(() -> rows(statement)).as(statement).isInstanceOf(SQLException.class)
                    .hasMessageMatching("(?s).*(permission denied|cannot insert into view).*");
        }
    }

    private static List<String> rows(String sql) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(node.database().jdbcUrl());
        source.setUser(READER);
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
