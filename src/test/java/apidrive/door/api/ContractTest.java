package apidrive.door.api;

import static apidrive.door.api.Caller.header;
import static apidrive.door.api.Caller.problem;
import static apidrive.door.api.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Base64;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.wire.Chunk;
import apidrive.wire.ChunkId;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** The contract of the original API Drive, row by row, over HTTP. */
class ContractTest {
    private static final String ID = "039058c6-f2c0-8b49-ac53-3b0a4d14ef77";
    private static final String DIGEST = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";
    private static final String STORE = "{\"Data\":\"AQID\"}";
    private static final String RETRIEVE = "{\"Id\":\"" + ID + "\"}";
    private static final String NOWHERE = "{\"Id\":\"4d3158b3-6fd2-473e-8648-1d8b3d0e3987\"}";

    private static TestNode node;
    private static Caller caller;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        caller = new Caller(node);
        assertThat(caller.json("/api/drive/store", STORE).statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void a_store_in_json_answers_the_id_a_null_data_and_what_else_is_known() {
        HttpResponse<byte[]> answer = caller.json("/api/drive/store", STORE);

        assertThat(text(answer)).startsWith("{\"Id\":\"" + ID + "\",\"Data\":null,\"Size\":3,\"Digest\":\"" + DIGEST
                + "\",\"ExpiresAt\":\"20");
        assertThat(header(answer, "Content-Type").replace(" ", "")).isEqualTo("application/json;charset=utf-8");
    }

    @Test
    void a_retrieve_in_json_answers_a_null_id_and_the_data() {
        assertThat(text(caller.json("/api/drive/retrieve", RETRIEVE))).isEqualTo("{\"Id\":null,\"Data\":\"AQID\"}");
    }

    @Test
    void bson_goes_in_and_comes_out() {
        HttpResponse<byte[]> stored = caller.bson("/api/drive/store", new Document().with("Data", new byte[] {1, 2, 3}));
        Document reply = Format.BSON.readDocument(stored.body());
        ChunkId id = reply.id("Id").orElseThrow();

        assertThat(header(stored, "Content-Type").replace(" ", "")).isEqualTo("application/bson;charset=utf-8");
        assertThat(id).hasToString(ID);
        assertThat(reply.get("Digest")).contains(DIGEST);
        HttpResponse<byte[]> found = caller.bson("/api/drive/retrieve", new Document().with("Id", id));
        assertThat(found.body()).isEqualTo(
                Format.BSON.write(new Document().with("Id", null).with("Data", new byte[] {1, 2, 3})));
    }

    @Test
    void an_id_in_rfc_order_is_found_as_well() {
        ChunkId id = ChunkId.parse(ID).orElseThrow();
        HttpResponse<byte[]> found = caller.bson("/api/drive/retrieve", new Document().with("Id", id.toRfc()));

        assertThat(found.statusCode()).isEqualTo(200);
    }

    @Test
    void a_retrieve_sent_to_store_is_a_retrieve() {
        assertThat(text(caller.json("/api/drive/store", RETRIEVE))).isEqualTo("{\"Id\":null,\"Data\":\"AQID\"}");
    }

    @Test
    void an_empty_chunk_comes_back_empty() {
        String id = Chunk.of(new byte[0]).id().toString();

        assertThat(text(caller.json("/api/drive/store", "{\"Data\":\"\"}"))).contains(id);
        assertThat(text(caller.json("/api/drive/retrieve", "{\"Id\":\"" + id + "\"}")))
                .isEqualTo("{\"Id\":null,\"Data\":\"\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/API/Drive/Store", "/api/drive/store/", "/Api/drive/STORE/"})
    void paths_are_matched_without_regard_to_case_and_with_one_trailing_slash(String path) {
        assertThat(caller.json(path, STORE).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "application/json | application/json | application/json",
        "text/json        | */*              | text/json",
        "text/json        | application/json | application/json",
        "application/json | application/bson | application/bson",
        "application/json | text/html        | application/json",
        "application/json | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | application/json",
        "application/json | application/bson;q=0.5,text/json;q=0.9 | text/json",
        "application/json | application/bson;q=0,*/* | application/json",
        "Application/JSON; charset=utf-8 | image/png | application/json"})
    void the_answer_is_in_what_the_caller_accepts_else_in_what_it_sent(String sent, String accepted, String answered) {
        HttpResponse<byte[]> answer = caller.call("POST", "/api/drive/retrieve", RETRIEVE.getBytes(),
                "Content-Type", sent, "Accept", accepted);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "Content-Type").replace(" ", "")).isEqualTo(answered + ";charset=utf-8");
    }

    @Test
    void bson_is_answered_in_bson_when_nothing_else_is_asked_errors_too() {
        HttpResponse<byte[]> answer = caller.bson("/api/drive/retrieve", new Document().with("Id", NOWHERE.substring(7, 43)));
        Document problem = Format.BSON.readDocument(answer.body());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(header(answer, "Content-Type").replace(" ", "")).isEqualTo("application/bson;charset=utf-8");
        assertThat(problem.get("type")).contains("urn:apidrive:problem:chunk-not-found");
        assertThat(problem.text("Message")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"Data\":null}", "{\"Data\":\"AQI\"}", "{\"Data\":\"!!!!\"}", "{\"Id\":null}", "[1]",
        "{\"Data\":\"AQID\"", "{\"Data\":\"AQID\"}{}", "nonsense"})
    void a_bad_body_is_never_acknowledged(String body) {
        for (String route : new String[] {"/api/drive/store", "/api/drive/retrieve"}) {
            HttpResponse<byte[]> answer = caller.json(route, body);
            assertThat(answer.statusCode()).as(route).isEqualTo(400);
            assertThat(problem(answer)).isEqualTo("malformed");
        }
    }

    @Test
    void an_unknown_chunk_is_404() {
        assertThat(problem(caller.json("/api/drive/retrieve", NOWHERE))).isEqualTo("chunk-not-found");
    }

    @Test
    void a_chunk_of_65536_bytes_is_taken_and_one_more_is_413() {
        assertThat(caller.json("/api/drive/store", base64(65_536)).statusCode()).isEqualTo(200);
        assertThat(problem(caller.json("/api/drive/store", base64(65_537)))).isEqualTo("too-large");
        assertThat(problem(caller.json("/api/drive/store", base64(600_000)))).isEqualTo("too-large");
        assertThat(caller.bson("/api/drive/store", new Document().with("Data", new byte[65_537])).statusCode()).isEqualTo(413);
    }

    @Test
    void another_verb_is_405_with_the_allowed_one_and_the_texts_of_the_original() {
        HttpResponse<byte[]> answer = caller.call("GET", "/api/drive/store", null);

        assertThat(problem(answer)).isEqualTo("method-not-allowed");
        assertThat(header(answer, "Allow")).isEqualTo("POST");
        assertThat(text(answer)).contains("\"Message\":\"The requested resource does not support http method 'GET'.\"");
    }

    @Test
    void another_route_is_404_with_the_text_of_the_original() {
        HttpResponse<byte[]> answer = caller.call("GET", "/api/drive/nothing", null);

        assertThat(problem(answer)).isEqualTo("not-found");
        assertThat(text(answer)).contains("\"Message\":\"No HTTP resource was found that matches the request URI '"
                + node.uri("/api/drive/nothing") + "'.\"");
    }

    @Test
    void another_media_type_is_415_with_the_texts_of_the_original() {
        HttpResponse<byte[]> form = caller.call("POST", "/api/drive/store", "Data=1&Data=2".getBytes(),
                "Content-Type", "application/x-www-form-urlencoded");
        HttpResponse<byte[]> none = caller.call("POST", "/api/drive/store", STORE.getBytes());

        assertThat(problem(form)).isEqualTo("unsupported-media-type");
        assertThat(text(form)).contains("The request entity's media type 'application/x-www-form-urlencoded' is not "
                + "supported for this resource.");
        assertThat(problem(none)).isEqualTo("unsupported-media-type");
        assertThat(text(none)).contains("The request contains an entity body but no Content-Type header. The inferred "
                + "media type 'application/octet-stream' is not supported for this resource.");
        assertThat(caller.call("POST", "/api/drive/store", "<x/>".getBytes(), "Content-Type", "application/xml")
                .statusCode()).isEqualTo(415);
    }

    @Test
    void what_the_node_says_of_itself() {
        assertThat(text(caller.call("GET", "/api/drive/slots", null))).startsWith("{\"Total\":327680,\"Used\":")
                .endsWith(",\"ChunkSize\":65536,\"Lifetime\":\"P30D\"}");
        assertThat(text(caller.call("GET", "/api/drive/load", null))).startsWith("{\"InFlight\":1,\"Queue\":0,")
                .contains("\"Score\":0.0");
        assertThat(text(caller.call("GET", "/api/drive/servers", null))).startsWith("[{\"Id\":\"").endsWith("}]");
        assertThat(text(caller.call("GET", "/health/live", null))).isEqualTo("{\"Status\":\"up\"}");
        assertThat(text(caller.call("GET", "/health/ready", null)))
                .isEqualTo("{\"Status\":\"up\",\"Checks\":{\"Database\":\"up\",\"Partitions\":\"up\"}}");
        assertThat(text(caller.call("GET", "/metrics", null))).contains("apidrive_slots_offered", "apidrive_slots_used",
                "apidrive_store_seconds", "apidrive_retrieve_seconds", "apidrive_store_queue", "apidrive_retrieve_queue",
                "apidrive_renewal_queue", "apidrive_cache_hits_total", "apidrive_cache_misses_total",
                "apidrive_chunks_damaged_total", "apidrive_http_requests_seconds", "apidrive_http_requests_active",
                "apidrive_job_steps_total{job=\"epoch\"", "apidrive_job_failures_total{job=\"quota\"");
        assertThat(text(caller.call("GET", "/", null))).contains("<title>API Drive</title>");
    }

    private static String base64(int bytes) {
        return "{\"Data\":\"" + Base64.getEncoder().encodeToString(new byte[bytes]) + "\"}";
    }
}
