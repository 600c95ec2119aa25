package apidrive.door.dtfc;

import static apidrive.door.object.Web.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import apidrive.TestNode;
import apidrive.admin.AdminCaller;
import apidrive.door.object.Web;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** DT-11: verbs that an administrator switches off while the node runs. */
@Timeout(120)
class SwitchesTest {
    private static TestNode node;
    private static TestNode sibling;
    private static AdminCaller admin;
    private static String hash;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        sibling = TestNode.start(node.database(), Map.of());
        admin = new AdminCaller(node).signedIn();
        new Web(node).call("PUT", "/a.txt", "a".getBytes(UTF_8));
        hash = Sha512.of("a".getBytes(UTF_8));
    }

    @AfterAll
    static void stop() {
        sibling.close();
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"put,Uploading", "get,Downloading", "delete,Deletion"})
    void dt_11_a_verb_is_off_at_once_here_and_soon_on_the_other_war_until_it_is_on_again(String verb, String deed) {
        assertThat(set(verb, true)).isEqualTo("{\"Off\":[\"" + verb + "\"]}");
        HttpResponse<byte[]> refused = call(node, verb);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(text(refused)).isEqualTo("403 Forbidden. " + deed + " is disabled.\n");
        Awaitility.await().untilAsserted(() -> assertThat(call(sibling, verb).statusCode()).isEqualTo(403));
        assertThat(new Web(node).call("HEAD", "/" + hash, null).statusCode()).as("another verb").isEqualTo(200);

        assertThat(set(verb, false)).isEqualTo("{\"Off\":[]}");
        assertThat(call(node, verb).statusCode()).isEqualTo(200);
    }

    @Test
    void dt_11_head_is_refused_without_words_and_health_never() {
        set("head", true);
        HttpResponse<byte[]> refused = new Web(node).call("HEAD", "/dtfc/" + hash, null);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).isEmpty();
        assertThat(new Web(node).call("GET", "/" + hash, null).statusCode()).isEqualTo(200);
        set("head", false);
        set("get", true);
        assertThat(new Web(node).call("GET", "/health.html", null).statusCode()).isEqualTo(200);
        set("get", false);
    }

    @Test
    void what_is_switched_and_marked_stands_in_the_audit_table() {
        set("put", true);
        set("put", false);
        admin.put("dtfc/marks/" + hash.toUpperCase(), new Document().with("Status", 403));
        admin.delete("dtfc/marks/" + hash);
        List<String> subjects = List.of("put off", "put on", hash + " 403", hash);
        for (String subject : subjects) {
            assertThat(node.database().number("SELECT count(*) FROM apidrive.audit WHERE subject = '" + subject + "' AND outcome = 'done'"))
                    .as(subject).isPositive();
        }
    }

    @Test
    void what_is_no_verb_no_hash_or_no_status_is_refused() {
        assertThat(admin.put("dtfc/verbs/patch", new Document().with("Off", true)).statusCode()).isEqualTo(404);
        assertThat(admin.put("dtfc/verbs/put", new Document().with("Off", "yes")).statusCode()).isEqualTo(400);
        assertThat(admin.put("dtfc/marks/abc", new Document().with("Status", 403)).statusCode()).isEqualTo(400);
        assertThat(admin.put("dtfc/marks/" + hash, new Document().with("Status", 500)).statusCode()).isEqualTo(400);
    }

    private static String set(String verb, boolean isOff) {
        HttpResponse<byte[]> answer = admin.put("dtfc/verbs/" + verb, new Document().with("Off", isOff));
        assertThat(answer.statusCode()).isEqualTo(200);
        return new String(Format.JSON.write(Web.document(answer)), UTF_8);
    }

    private static HttpResponse<byte[]> call(TestNode node, String verb) {
        boolean isPut = verb.equals("put");
        if (verb.equals("delete")) {
            new Web(node).call("PUT", "/b.txt", "b".getBytes(UTF_8));
            return new Web(node).call("DELETE", "/" + Sha512.of("b".getBytes(UTF_8)), null);
        }
        return new Web(node).call(verb.toUpperCase(), isPut ? "/b.txt" : "/" + hash, isPut ? "b".getBytes(UTF_8) : null);
    }
}
