package apidrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;

/**
 * The OpenAPI document that a node serves, as the measure of its answers. It leaves objects open, so that a later node may
 * say more; here they are closed, so that a member that it does not list is a fault.
 */
public final class OpenApi {
    private static final Set<String> JSON_TYPES = Set.of("application/json", "text/json", "application/problem+json");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Beside a schema stands what it refers to, under the name that the document gives it. */
    private static final String COMPONENTS = "components";
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            Dialect.builder(Dialects.getDraft202012()).keyword(new NonValidationKeyword(COMPONENTS)).build());
    private static final JsonNode DOCUMENT = closed(read());

    private OpenApi() {
    }

    /** The ids of the operations with this tag. */
    public static Set<String> operations(String tag) {
        Set<String> ids = new TreeSet<>();
        DOCUMENT.path("paths").forEach(path -> path.forEach(operation -> {
            if (operation.path("tags").path(0).asText().equals(tag)) {
                ids.add(operation.path("operationId").asText());
            }
        }));
        return ids;
    }

    /** The id of the operation that was called. */
    public static String operation(HttpResponse<?> answer) {
        return described(answer).path("operationId").asText();
    }

    /** Fails unless the document says that the operation may be answered so: status, header fields, type, body where it is JSON. */
    public static void check(HttpResponse<byte[]> answer) {
        String what = answer + " in the document";
        JsonNode response = resolved(described(answer).path("responses").path(Integer.toString(answer.statusCode())));
        assertThat(response.isObject()).as(what).isTrue();
        for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
            if (resolved(header.getValue()).path("required").asBoolean()) {
                assertThat(answer.headers().firstValue(header.getKey())).as(what).isPresent();
            }
        }
        if (!response.has("content") || answer.request().method().equals("HEAD")) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        String type = answer.headers().firstValue("Content-Type").orElse("none").split(";")[0];
        JsonNode media = response.path("content").path(type);
        assertThat(media.isObject()).as(what + " as " + type).isTrue();
        if (JSON_TYPES.contains(type)) {
            assertThat(faults(media.path("schema"), tree(answer.body()))).as(what).isEmpty();
        }
    }

    /** What is wrong with a JSON text as an instance of one of the document's schemas. */
    public static List<Error> faults(String schema, String json) {
        return faults(DOCUMENT.at("/components/schemas/" + schema), tree(json.getBytes(UTF_8)));
    }

    /** Examples, of whatever has a schema beside it, that the schema refuses, and why. */
    public static Stream<String> wrongExamples() {
        return DOCUMENT.findParents("example").stream().filter(parent -> parent.has("schema")).flatMap(parent ->
                faults(parent.path("schema"), parent.path("example")).stream().map(fault -> parent.path("example") + ": " + fault));
    }

    private static List<Error> faults(JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set(COMPONENTS, DOCUMENT.path(COMPONENTS));
        return SCHEMAS.getSchema(whole).validate(value,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    private static JsonNode described(HttpResponse<?> answer) {
        String path = answer.request().uri().getPath();
        String verb = answer.request().method().toLowerCase(Locale.ROOT);
        for (Map.Entry<String, JsonNode> route : DOCUMENT.path("paths").properties()) {
            if (path.matches(route.getKey().replaceAll("\\{\\w+}", "[^/]+"))) {
                return route.getValue().path(verb);
            }
        }
        throw new AssertionError(path + " is not in the document");
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? DOCUMENT.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(OpenApi::closed);
        return node;
    }

    private static JsonNode read() {
        try (InputStream document = OpenApi.class.getResourceAsStream("/apidrive/door/api/openapi.json")) {
            return tree(document.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
