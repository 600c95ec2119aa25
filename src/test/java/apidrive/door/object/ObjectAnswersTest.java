package apidrive.door.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import apidrive.OpenApi;
import apidrive.TestNode;

/** What the routes of objects answer is what the API's description says. */
class ObjectAnswersTest {
    private static final String OBJECT = "/api/drive/object";
    private static final String UPLOAD = "/api/drive/upload";
    private static final String[] TUS = {"Tus-Resumable", "1.0.0"};
    private static TestNode node;
    private static Web web;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        web = new Web(node);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void real_answers_are_those_described() {
        byte[] data = Web.random(1_000);
        String path = OBJECT + "/" + web.stored(data);
        String tag = Web.header(web.call("HEAD", path, null), "ETag");
        String unknown = OBJECT + "/00000000-0000-8000-8000-000000000001";
        String upload = Web.header(created(10), "Location");
        String none = UPLOAD + "/0123456789abcdef0123456789abcdef";
        Set<String> answered = new TreeSet<>();
        Stream.of(web.call("PUT", OBJECT, data), web.call("POST", OBJECT, data), web.call("PUT", OBJECT, data, "If-None-Match", tag),
                web.call("PUT", OBJECT, data, "Content-Encoding", "gzip"), web.call("PUT", OBJECT, data, "Content-Range", "bytes 0-9/10"),
                web.call("PUT", OBJECT, data, "Content-Digest", "sha-256=:A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E=:"),
                web.call("GET", path, null), web.call("GET", path, null, "Range", "bytes=0-9"),
                web.call("GET", path, null, "Range", "bytes=0-9,500-509"), web.call("GET", path, null, "Range", "bytes=1000-"),
                web.call("GET", path, null, "If-None-Match", tag), web.call("GET", path, null, "If-Match", "\"x\""),
                web.call("GET", unknown, null), web.call("HEAD", path, null), web.call("HEAD", unknown, null),
                web.call("HEAD", path, null, "If-None-Match", tag), web.call("GET", path + ".apidrive", null),
                web.call("GET", unknown + ".apidrive", null), web.call("OPTIONS", UPLOAD, null), web.call("OPTIONS", upload, null),
                created(10), created(-1), created(Long.MAX_VALUE / 100), web.call("POST", UPLOAD, new byte[0]),
                web.call("HEAD", upload, null, TUS), web.call("HEAD", none, null, TUS), web.call("HEAD", upload, null),
                patch(upload, 5), patch(upload, 0, "Upload-Checksum", "sha1 AAAA"), patch(none, 0),
                web.call("PATCH", upload, data, "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "text/plain"),
                patch(upload, 0), web.call("HEAD", upload, null, TUS), web.call("DELETE", upload, null, TUS),
                web.call("DELETE", upload, null, TUS)).forEach(answer -> {
                    OpenApi.check(answer);
                    answered.add(OpenApi.operation(answer));
                });

        String name = "/api/drive/name/photos/a";
        Stream.of(web.call("PUT", name, data), web.call("PUT", name, data), web.call("PUT", name + "?mode=immutable", new byte[1]),
                web.call("PUT", name, data, "If-None-Match", "*"), web.call("PUT", "/api/drive/name/sos/a", data),
                web.call("PUT", name + "?root=00000000-0000-8000-8000-000000000001", new byte[0]), web.call("PUT", name + "?mode=x", data),
                web.call("GET", name, null), web.call("GET", name, null, "Range", "bytes=0-9"), web.call("GET", name + "1", null),
                web.call("GET", name, null, "If-None-Match", tag), web.call("HEAD", name, null), web.call("HEAD", name + "1", null),
                web.call("GET", "/api/drive/name/photos", null), web.call("GET", "/api/drive/name/photos?limit=0", null),
                web.call("GET", "/api/drive/name/photos?only=names", null),
                web.call("DELETE", name, null), web.call("DELETE", name, null), web.call("DELETE", "/api/drive/name/sos/a", null),
                web.call("GET", "/api/drive/name/photos?versionsOf=a", null), web.call("DELETE", path, null),
                web.call("DELETE", unknown, null)).forEach(answer -> {
                    OpenApi.check(answer);
                    answered.add(OpenApi.operation(answer));
                });

        assertThat(answered).containsAll(OpenApi.operations("names")).containsAll(OpenApi.operations("objects")).containsAll(OpenApi.operations("uploads"));
    }

    private static java.net.http.HttpResponse<byte[]> created(long length) {
        return web.call("POST", UPLOAD, new byte[0], "Tus-Resumable", "1.0.0", "Upload-Length", Long.toString(length));
    }

    private static java.net.http.HttpResponse<byte[]> patch(String upload, int offset, String... more) {
        String[] headers = Stream.concat(Stream.of("Tus-Resumable", "1.0.0", "Upload-Offset", Integer.toString(offset), "Content-Type",
                "application/offset+octet-stream"), Stream.of(more)).toArray(String[]::new);
        return web.call("PATCH", upload, new byte[10], headers);
    }
}
