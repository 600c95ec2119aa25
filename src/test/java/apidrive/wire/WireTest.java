package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.problem.ProblemException;

/** Bodies as the contract of the original gives them, byte for byte. */
class WireTest {
    private static final String GUID = "4d3158b3-6fd2-473e-8648-1d8b3d0e3987";
    private static final ChunkId ID = ChunkId.parse(GUID).orElseThrow();
    private static final byte[] DATA = {1, 2, 3};
    private static final byte[] STORE_REQUEST = hex("13000000 0544617461 00 03000000 00 010203 00");
    private static final byte[] STORE_REPLY =
            hex("24000000 054964 00 10000000 04 B358314DD26F3E4786481D8B3D0E3987 0A44617461 00 00");
    private static final byte[] RETRIEVE_REQUEST =
            hex("1E000000 054964 00 10000000 04 B358314DD26F3E4786481D8B3D0E3987 00");
    private static final byte[] RETRIEVE_REPLY = hex("17000000 0A4964 00 0544617461 00 03000000 00 010203 00");

    @Test
    void bson_is_that_of_the_golden_vectors() {
        assertThat(Format.BSON.readRequest(STORE_REQUEST).requireData()).isEqualTo(DATA);
        assertThat(Format.BSON.readRequest(RETRIEVE_REQUEST).requireId()).isEqualTo(ID);
        assertThat(Format.BSON.write(new Document().with("Data", DATA))).isEqualTo(STORE_REQUEST);
        assertThat(Format.BSON.write(new Document().with("Id", ID))).isEqualTo(RETRIEVE_REQUEST);
        assertThat(Format.BSON.write(new Document().with("Id", ID).with("Data", null))).isEqualTo(STORE_REPLY);
        assertThat(Format.BSON.write(new Document().with("Id", null).with("Data", DATA))).isEqualTo(RETRIEVE_REPLY);
    }

    @Test
    void json_is_that_of_the_contract() {
        assertThat(json("{\"Data\":\"AQID\"}").requireData()).isEqualTo(DATA);
        assertThat(json("{\"DATA\":[1,2,3],\"other\":{\"deep\":[1]}}").requireData()).isEqualTo(DATA);
        assertThat(json("{\"data\":\" AQ\\r\\nID \"}").requireData()).isEqualTo(DATA);
        assertThat(json("{\"Data\":\"\"}").requireData()).isEmpty();
        assertThat(json("{\"iD\":\"{" + GUID.toUpperCase() + "}\"}").requireId()).isEqualTo(ID);
        assertThat(json("{\"Id\":\"" + GUID.replace("-", "") + "\"}").requireId()).isEqualTo(ID);
        assertThat(new String(Format.JSON.write(new Document().with("Id", ID).with("Data", null)),
                StandardCharsets.UTF_8)).isEqualTo("{\"Id\":\"" + GUID + "\",\"Data\":null}");
        assertThat(new String(Format.JSON.write(new Document().with("Id", null).with("Data", DATA)),
                StandardCharsets.UTF_8)).isEqualTo("{\"Id\":null,\"Data\":\"AQID\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"Data\":\"AQI\"}", "{\"Data\":\"A-_D\"}", "{\"Data\":5}",
        "{\"Data\":[256]}", "{\"Data\":[-1]}", "{\"Data\":[1.5]}", "{\"Data\":{}}", "{\"Id\":7}", "{\"Id\":\"x\"}",
        "{\"Data\":\"AQID\"}{\"Data\":\"AQID\"}", "{\"Data\":\"AQID\"} x", "{\"Data\":[99999999999999999999]}"})
    void json_that_is_no_contract_is_malformed(String body) {
        assertThatThrownBy(() -> json(body)).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(MALFORMED));
    }

    @Test
    void an_id_is_read_under_the_subtypes_0_3_and_4_and_as_a_string_and_data_under_0_and_2() {
        for (String subtype : List.of("00", "03", "04")) {
            byte[] request = hex("1E000000 054964 00 10000000 " + subtype + " B358314DD26F3E4786481D8B3D0E3987 00");
            assertThat(Format.BSON.readRequest(request).requireId()).as(subtype).isEqualTo(ID);
        }
        assertThat(Format.BSON.readRequest(Format.BSON.write(new Document().with("id", GUID))).requireId()).isEqualTo(ID);
        assertThat(Format.BSON.readRequest(hex("17000000 0544617461 00 07000000 02 03000000 010203 00")).requireData())
                .isEqualTo(DATA);
    }

    @Test
    void an_id_in_bson_has_another_reading_in_rfc_order() {
        DriveRequest request = Format.BSON.readRequest(
                hex("1E000000 054964 00 10000000 04 4D3158B36FD2473E86481D8B3D0E3987 00"));
        assertThat(request.otherReading()).contains(ID);
    }

    @Test
    void bson_that_is_no_contract_is_malformed() {
        for (byte[] body : List.of(new byte[0], hex("05000000"), hex("0500000000FF"), hex("13000000 0544617461 00 FF000000 00 010203 00"),
                hex("0E000000 0144617461 00 00000000"), hex("0E000000 1044617461 00 01000000 00"))) {
            assertThatThrownBy(() -> Format.BSON.readRequest(body)).isInstanceOfSatisfying(ProblemException.class,
                    failure -> assertThat(failure.problem()).isEqualTo(MALFORMED));
        }
    }

    @Test
    void a_chunk_has_at_most_65536_bytes_and_the_id_that_its_digest_gives() {
        for (int size : List.of(0, 1, 65_535, 65_536)) {
            assertThat(Chunk.of(new byte[size]).size()).isEqualTo(size);
        }
        assertThatThrownBy(() -> Chunk.of(new byte[65_537])).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isEqualTo(TOO_LARGE));
        Chunk chunk = Chunk.of(DATA);
        assertThat(chunk.digest()).hasToString("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
        assertThat(chunk.id()).hasToString("039058c6-f2c0-8b49-ac53-3b0a4d14ef77");
        assertThat(chunk.id().uuid().version()).isEqualTo(8);
        assertThat(chunk.id().uuid().variant()).isEqualTo(2);
    }

    @Test
    void ids_go_to_net_order_and_back() {
        assertThat(ID.toDotNet()).isEqualTo(hex("B358314DD26F3E4786481D8B3D0E3987"));
        assertThat(ChunkId.ofDotNet(ID.toDotNet())).isEqualTo(ID);
        assertThat(ChunkId.ofRfc(ID.toRfc())).isEqualTo(ID);
        assertThat(ChunkId.parse("ffffffff-ffff-ffff-ffff-ffffffffffff").orElseThrow()).isGreaterThan(ID);
    }

    @Test
    void documents_follow_one_another_on_a_stream_until_its_end() {
        byte[] two = hex(HexFormat.of().formatHex(STORE_REQUEST) + HexFormat.of().formatHex(RETRIEVE_REQUEST));
        BsonSequence documents = new BsonSequence(new ByteArrayInputStream(two), 100);
        assertThat(documents.next()).hasValue(STORE_REQUEST);
        assertThat(documents.next()).hasValue(RETRIEVE_REQUEST);
        assertThat(documents.next()).isEmpty();
    }

    @Test
    void a_stream_that_ends_within_a_document_is_malformed_and_a_document_over_the_bound_too_large() {
        assertThatThrownBy(() -> new BsonSequence(new ByteArrayInputStream(hex("1300000005")), 100).next())
                .isInstanceOfSatisfying(ProblemException.class,
                        failure -> assertThat(failure.problem()).isEqualTo(MALFORMED));
        assertThatThrownBy(() -> new BsonSequence(new ByteArrayInputStream(hex("FFFFFF7F")), 100).next())
                .isInstanceOfSatisfying(ProblemException.class,
                        failure -> assertThat(failure.problem()).isEqualTo(TOO_LARGE));
    }

    @Test
    void documents_written_in_either_format_are_read_again() {
        Document written = new Document().with("Text", "ü").with("Number", 5L).with("None", null).with("Yes", true)
                .with("Within", new Document().with("Half", 0.5));
        for (Format format : Format.values()) {
            Document read = format.readDocument(format.write(written));
            assertThat(read.text("text")).contains("ü");
            assertThat(read.number("NUMBER")).hasValue(5L);
            assertThat(read.get("None")).isEmpty();
            assertThat(read.get("Within").map(within -> ((Document) within).get("Half"))).contains(java.util.Optional.of(0.5));
        }
    }

    private static DriveRequest json(String body) {
        return Format.JSON.readRequest(body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
