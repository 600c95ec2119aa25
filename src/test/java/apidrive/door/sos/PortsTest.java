package apidrive.door.sos;

import static apidrive.door.object.Web.problem;
import static apidrive.door.object.Web.random;
import static apidrive.door.object.Web.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import apidrive.Ports;
import apidrive.TestNode;
import apidrive.door.object.Web;

/** SOS-14: uploads, downloads and blobs each on a port of their own, on which there is nothing else. */
class PortsTest {
    private static final String INVALID = "Invalid method or location.";
    private static final String NOT_HOSTED = "404 - content is not hosted here.";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final byte[] DATA = random(1_000);
    private static final String ID = Sha1.of(DATA);

    private static final int UPLOAD = Ports.next();
    private static final int DOWNLOAD = Ports.next();
    private static final int BLOB = Ports.next();
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start(Map.of("doors", "none", "port-doors",
                UPLOAD + "=sos-upload," + DOWNLOAD + "=sos-download," + BLOB + "=sos-blob"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void sos_14_what_is_uploaded_on_one_is_fetched_on_another_and_read_as_a_blob_on_a_third() throws Exception {
        assertThat(call(UPLOAD, "POST", "/upload").body()).contains("\"id\":\"" + ID + "\"");
        assertThat(HTTP.send(HttpRequest.newBuilder(uri(DOWNLOAD, "/fetch/" + ID + ".bin")).build(), BodyHandlers.ofByteArray()).body())
                .isEqualTo(DATA);
        assertThat(HTTP.send(HttpRequest.newBuilder(uri(BLOB, "/sos/blob/" + ID)).build(), BodyHandlers.ofByteArray()).body())
                .as("in the folder too, for who takes the path as it came").isEqualTo(DATA);
        assertThat(call(BLOB, "GET", "/blobs").body()).isEqualTo("[\"" + ID + "\"]");
    }

    @ParameterizedTest
    @CsvSource({"GET,/fetch/x", "GET,/upload", "PUT,/upload", "GET,/blob/x", "POST,/blob/x", "GET,/blobs", "GET,/alive", "GET,/", "GET,/admin/",
            "GET,/health/ready", "GET,/metrics", "GET,/api/drive/slots", "PUT,/api/drive/chunk", "POST,/api/peer/ping", "GET,/sos/fetch/x",
            "GET,/sos/alive", "GET,/sos/"})
    void sos_14_on_the_port_of_uploads_there_is_nothing_else(String verb, String path) throws Exception {
        assertRefused(call(UPLOAD, verb, path), INVALID);
    }

    @ParameterizedTest
    @CsvSource({"POST,/upload", "POST,/fetch/x", "GET,/blob/x", "POST,/blob/x", "GET,/alive", "GET,/", "GET,/health/ready", "GET,/api/drive/slots",
            "POST,/sos/upload"})
    void sos_14_on_the_port_of_downloads_there_is_nothing_else(String verb, String path) throws Exception {
        assertRefused(call(DOWNLOAD, verb, path), INVALID);
    }

    @ParameterizedTest
    @CsvSource({"POST,/upload", "GET,/fetch/x", "GET,/", "GET,/health/ready", "GET,/api/drive/slots", "PUT,/blob", "POST,/sos/upload"})
    void sos_14_on_the_port_of_blobs_there_is_nothing_else(String verb, String path) throws Exception {
        assertRefused(call(BLOB, verb, path), NOT_HOSTED);
    }

    @ParameterizedTest
    @CsvSource({"POST,/upload", "GET,/fetch/x", "GET,/blobs", "GET,/sos/blobs"})
    void a_door_that_is_not_open_on_all_ports_is_not_on_the_others(String verb, String path) {
        Web web = new Web(node);
        assertThat(problem(web.call(verb, path, verb.equals("POST") ? DATA : null))).isEqualTo("not-found");
        assertThat(web.call("GET", "/health/ready", null).statusCode()).isEqualTo(200);
        assertThat(text(web.call("GET", "/", null))).contains("API Drive");
    }

    private static void assertRefused(HttpResponse<String> answer, String words) {
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(words);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).isEqualToIgnoringWhitespace("text/plain; charset=utf-8");
    }

    private static HttpResponse<String> call(int port, String verb, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(port, path))
                .method(verb, verb.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(DATA)).build(), BodyHandlers.ofString());
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
