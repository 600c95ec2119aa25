package apidrive.door.api;

import static apidrive.door.api.Caller.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.wire.Chunk;

class RawConditionTest {
    @Test
    void an_unmet_condition_is_a_problem_document_and_one_that_is_met_is_none() {
        try (TestNode node = TestNode.start()) {
            Caller caller = new Caller(node);
            Chunk chunk = Chunk.of(new byte[] {1, 2, 3});
            String path = "/api/drive/chunk/" + chunk.id();
            HttpResponse<byte[]> created = caller.call("PUT", path, chunk.data(), "If-None-Match", "*");
            HttpResponse<byte[]> unmet = caller.call("GET", path, null, "If-Match", "\"other\"");

            assertThat(created.statusCode()).isEqualTo(200);
            assertThat(problem(unmet)).isEqualTo("precondition-failed");
            assertThat(caller.call("GET", path, null, "If-Match", "*").statusCode()).isEqualTo(200);
            assertThat(caller.call("GET", path, null, "If-None-Match", "*").statusCode()).isEqualTo(304);
        }
    }
}
