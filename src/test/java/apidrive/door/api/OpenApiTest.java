package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;

/** The description that a node serves is valid, and describes the routes that there are. */
class OpenApiTest {
    private static final List<Class<?>> RESOURCES = List.of(BatchResource.class, NodeResource.class,
            HealthResource.class);
    private static final List<ApiServlet> SERVLETS = List.of(new ContractServlet(null, null, null),
            new RawServlet(null, null, null));

    @Test
    void the_description_is_valid_and_names_every_route_and_no_other() throws Exception {
        String served;
        try (TestNode node = TestNode.start()) {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(
                    HttpRequest.newBuilder(node.uri("/api/drive/openapi.json")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
            served = answer.body();
        }
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(served, null, options);

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.getOpenAPI().getOpenapi()).isEqualTo("3.1.0");
        TreeSet<String> described = new TreeSet<>();
        parsed.getOpenAPI().getPaths().forEach((path, item) -> item.readOperationsMap().keySet()
                .forEach(verb -> described.add(verb + " " + path)));
        assertThat(described).isEqualTo(routes());
    }

    private static TreeSet<String> routes() {
        TreeSet<String> routes = new TreeSet<>();
        for (ApiServlet servlet : SERVLETS) {
            for (String path : servlet.paths()) {
                servlet.verbs(path, null).forEach(verb -> routes.add(verb + " " + path));
                if (servlet.servesBelow()) {
                    servlet.verbs(path, "/{id}").forEach(verb -> routes.add(verb + " " + path + "/{id}"));
                }
            }
        }
        for (Class<?> resource : RESOURCES) {
            for (Method method : resource.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        String own = method.isAnnotationPresent(Path.class) ? "/" + method.getAnnotation(Path.class).value()
                                : "";
                        String base = resource.getAnnotation(Path.class).value();
                        routes.add(verb.value().toUpperCase(Locale.ROOT) + " " + (base.equals("/") ? own : base + own));
                    }
                }
            }
        }
        return routes;
    }
}
