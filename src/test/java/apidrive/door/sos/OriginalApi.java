package apidrive.door.sos;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the original's API server and its replication job say to blob servers, as the contract tells: locations joined as text, bodies of
 * unknown length, the fields that begin with {@code X-}, and no look at the status of a store.
 */
final class OriginalApi {
    private static final Pattern ID = Pattern.compile("\"([^\"]*)\"");
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> locations;

    /** What a replication did. */
    record Mirrored(int copies, List<String> failed) {
    }

    OriginalApi(String... locations) {
        this.locations = List.of(locations);
    }

    /** The body of the first blob server's answer that can be reached; null where none can. */
    String upload(byte[] data, String... headers) throws InterruptedException {
        for (String location : locations) {
            try {
                return new String(post(location + "/blob/" + Sha1.of(data), data, headers).body());
            } catch (IOException e) {
                continue;  // the next
            }
        }
        return null;
    }

    /** What the first blob server gives that has it; null where none has. */
    HttpResponse<byte[]> fetch(String id) throws InterruptedException {
        for (String location : locations) {
            try {
                HttpResponse<byte[]> answer = call("GET", location + "/blob/" + id);
                if (answer.statusCode() == 200) {
                    return answer;
                }
            } catch (IOException e) {
                continue;  // the next
            }
        }
        return null;
    }

    /** Copies every object of every member to every other that says it has it not. */
    Mirrored replicate() throws IOException, InterruptedException {
        int copies = 0;
        List<String> failed = new ArrayList<>();
        for (String source : locations) {
            Matcher ids = ID.matcher(new String(call("GET", source + "/blobs").body()));
            while (ids.find()) {
                String path = "/blob/" + ids.group(1);
                for (String member : locations) {
                    if (!member.equals(source) && call("HEAD", member + path).statusCode() != 200) {
                        HttpResponse<byte[]> object = call("GET", source + path);
                        if (post(member + path, object.body(), metadata(object)).statusCode() == 200) {
                            copies++;
                        } else {
                            failed.add(member + path);
                        }
                    }
                }
            }
        }
        return new Mirrored(copies, failed);
    }

    private HttpResponse<byte[]> post(String url, byte[] data, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(data)));
        return http.send((headers.length > 0 ? request.headers(headers) : request).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> call(String verb, String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).method(verb, BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
    }

    private static String[] metadata(HttpResponse<?> answer) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(answer.headers().map());
        List<String> kept = new ArrayList<>();
        all.forEach((name, values) -> {
            if (name.toLowerCase().startsWith("x-")) {
                kept.add(name);
                kept.add(values.get(0));
            }
        });
        return kept.toArray(String[]::new);
    }
}
