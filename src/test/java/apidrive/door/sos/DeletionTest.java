package apidrive.door.sos;

import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;

/** Clients of SOS delete nothing; an administrator does. */
@Timeout(120)
class DeletionTest {
    private static TestNode node;
    private static Web web;
    private static AdminCaller admin;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        web = new Web(node);
        admin = new AdminCaller(node).signedIn();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_blob_is_gone_by_every_route_until_somebody_stores_it_again() {
        byte[] data = random(70_000);
        String id = Sha1.of(data);
        web.call("POST", "/upload", data, "X-Colour", "blue");
        web.call("POST", "/blob/named", data);
        assertThat(admin.delete("sos/" + id).statusCode()).isEqualTo(204);
        for (String path : List.of("/fetch/" + id, "/fetch/" + id + ".jpg", "/blob/" + id, "/sos/blob/" + id)) {
            assertThat(web.call("GET", path, null).statusCode()).as(path).isEqualTo(404);
            assertThat(web.call("HEAD", path, null).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(text(web.call("GET", "/blobs", null))).doesNotContain(id).contains("named");
        assertThat(web.call("GET", "/blob/named", null).body()).as("another id of the same bytes").isEqualTo(data);
        assertThat(admin.delete("sos/named").statusCode()).isEqualTo(204);
        assertThat(web.call("GET", "/blob/named", null).statusCode()).isEqualTo(404);
        assertThat(admin.delete("sos/" + id).statusCode()).as("twice").isEqualTo(404);

        web.call("POST", "/upload", data);
        assertThat(web.call("GET", "/fetch/" + id, null).body()).isEqualTo(data);
        assertThat(web.call("GET", "/fetch/" + id, null).headers().firstValue("X-Colour")).isEmpty();
    }

    @Test
    void what_other_doors_keep_of_it_they_keep() {
        byte[] data = random(80_000);
        String root = web.stored(data);
        web.call("PUT", "/api/drive/name/files/kept", data);
        web.call("POST", "/upload", data);
        assertThat(admin.delete("sos/" + Sha1.of(data)).statusCode()).isEqualTo(204);
        assertThat(web.call("GET", "/fetch/" + Sha1.of(data), null).statusCode()).isEqualTo(404);
        assertThat(web.call("GET", "/api/drive/object/" + root, null).body()).isEqualTo(data);
        assertThat(web.call("GET", "/api/drive/object/" + Sha1.of(data), null).body()).isEqualTo(data);
        assertThat(web.call("GET", "/api/drive/name/files/kept", null).body()).isEqualTo(data);
    }

    @Test
    void what_nobody_stored_by_these_doors_cannot_be_deleted_and_the_deed_stands_in_the_audit_table() {
        byte[] data = random(90_000);
        web.stored(data);
        assertThat(admin.delete("sos/" + Sha1.of(data)).statusCode()).isEqualTo(404);
        assertThat(web.call("GET", "/fetch/" + Sha1.of(data), null).body()).isEqualTo(data);
        assertThat(admin.delete("sos/NoId").statusCode()).isEqualTo(404);
        web.call("POST", "/blob/audited", data);
        admin.delete("sos/audited");
        assertThat(node.database().number("SELECT count(*) FROM apidrive.audit WHERE action = 'delete-blob' AND subject = 'audited'"
                + " AND outcome = 'done'")).isOne();
        assertThat(web.call("DELETE", "/api/admin/sos/audited", null).statusCode()).isEqualTo(401);
    }
}
