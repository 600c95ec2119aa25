package apidrive.door.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import apidrive.OpenApi;
import apidrive.TestNode;
import apidrive.door.peer.PeerServlet;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import jakarta.servlet.ServletException;
import jakarta.ws.rs.Path;

/** The description that a node serves is valid, and describes the routes that there are and what they answer. */
class OpenApiTest {
    private static TestNode node;
    private static Caller caller;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        caller = new Caller(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void the_description_is_valid_and_names_every_route_and_no_other_and_which_ask_who_one_is() throws Exception {
        HttpResponse<byte[]> served = caller.call("GET", "/api/drive/openapi.json", null);
        assertThat(Caller.header(served, "Content-Type")).isEqualTo("application/json");
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(Caller.text(served), null, options);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        TreeSet<String> described = new TreeSet<>();
        parsed.getOpenAPI().getPaths().forEach((path, item) -> item.readOperationsMap().forEach((verb, operation) ->
                described.add(route(verb.name(), path, operation.getSecurity() != null))));
        assertThat(described).isEqualTo(routes());
    }

    @Test
    void each_example_is_an_instance_of_its_schema() {
        assertThat(OpenApi.wrongExamples()).isEmpty();
    }

    @Test
    void real_answers_are_those_described() {
        byte[] data = "described".getBytes(UTF_8);
        String id = Chunk.of(data).id().toString();
        String chunk = "/api/drive/chunk/" + id;
        String unknown = "/api/drive/chunk/00000000-0000-8000-8000-000000000001";
        Document contract = new Document().with("Data", data);
        Document wanted = new Document().with("Id", Chunk.of(data).id());
        Set<String> answered = new TreeSet<>();
        Stream.of(caller.call("PUT", "/api/drive/chunk", data), caller.call("POST", "/api/drive/chunk", data),
                caller.call("PUT", chunk, data), caller.call("PUT", chunk, new byte[1]),
                caller.call("PUT", chunk, data, "If-None-Match", "*"), caller.call("PUT", chunk, new byte[65_537]),
                caller.call("GET", chunk, null), caller.call("HEAD", chunk, null),
                caller.call("GET", chunk, null, "Range", "bytes=0-3"), caller.call("GET", chunk, null, "Range", "bytes=99-"),
                caller.call("GET", unknown, null), caller.call("HEAD", unknown, null),
                caller.json("/api/drive/store", "{\"Data\":\"AQID\"}"), caller.json("/api/drive/store", "{}"),
                caller.call("POST", "/api/drive/store", data, "Content-Type", "text/plain"),
                caller.json("/api/drive/retrieve", "{\"Id\":\"" + id + "\"}"),
                caller.json("/api/drive/retrieve", "{\"Id\":\"00000000-0000-8000-8000-000000000001\"}"),
                caller.bson("/api/drive/batch/store", contract), caller.bson("/api/drive/batch/retrieve", wanted),
                caller.bson("/api/drive/batch/renew", wanted),
                caller.call("GET", "/api/drive/slots", null), caller.call("GET", "/api/drive/load", null),
                caller.call("GET", "/api/drive/network", null), caller.call("GET", "/api/drive/servers", null),
                caller.call("GET", "/api/drive/servers", null, "Accept", "text/json"),
                caller.call("GET", "/api/drive/servers?near=", null), caller.call("GET", "/api/drive/servers?limit=x", null),
                caller.call("GET", "/api/drive/servers", null, "If-None-Match",
                        Caller.header(caller.call("GET", "/api/drive/servers", null), "ETag")),
                caller.call("GET", "/api/drive/openapi.json", null), caller.call("GET", "/metrics", null),
                caller.call("GET", "/health/live", null), caller.call("GET", "/health/ready", null)).forEach(answer -> {
                    OpenApi.check(answer);
                    answered.add(OpenApi.operation(answer));
                });

        assertThat(answered).containsAll(OpenApi.operations("chunks")).containsAll(OpenApi.operations("batches"))
                .containsAll(OpenApi.operations("node"));
    }

    private static TreeSet<String> routes() throws ServletException {
        TreeSet<String> routes = new TreeSet<>();
        for (Object door : node.doors()) {
            if (door instanceof PeerServlet) {
                continue;  // what nodes say to each other is no API for others
            }
            if (door instanceof ApiServlet servlet) {
                for (String path : servlet.paths()) {
                    servlet.verbs(path, null).forEach(verb -> routes.add(route(verb, path, false)));
                    if (servlet.servesBelow()) {
                        servlet.verbs(path, "/{id}").forEach(verb -> routes.add(route(verb, path + "/{id}", false)));
                    }
                }
            } else if (door.getClass().isAnnotationPresent(Path.class)) {
                addRoutes(Resource.from(door.getClass()), "", routes);
            }
        }
        return routes;
    }

    private static void addRoutes(Resource resource, String above, Set<String> routes) {
        String path = (above + "/" + resource.getPath()).replaceAll("/+", "/").replaceAll(": [^}]+", "");
        for (ResourceMethod method : resource.getResourceMethods()) {
            routes.add(route(method.getHttpMethod(), path, !method.getNameBindings().isEmpty()));
        }
        resource.getChildResources().forEach(child -> addRoutes(child, path, routes));
    }

    private static String route(String verb, String path, boolean isGuarded) {
        return verb + " " + path + (isGuarded ? " by who may administer" : "");
    }
}
