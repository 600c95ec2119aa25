package apidrive.door.dtfc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An original dtfc that loads what it lacks, as the contract tells: peers in the order of its list, each address joined with the path as
 * text, the name from the header, a second request for the rest of what broke off, and nothing kept that hashes to something else.
 */
final class OriginalPeer {
    private static final Pattern NAME = Pattern.compile("filename=\"(.*)\"");
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> peers;
    private final int breaksOffAfter;

    /** What was loaded. */
    record Loaded(byte[] data, String fileName) {
    }

    /** {@code breaksOffAfter} bytes the first download is cut. */
    OriginalPeer(int breaksOffAfter, String... peers) {
        this.peers = List.of(peers);
        this.breaksOffAfter = breaksOffAfter;
    }

    /** Empty when no peer gives what hashes to it. */
    Optional<Loaded> load(String hash) throws InterruptedException {
        for (String peer : peers) {
            try {
                Optional<Loaded> loaded = loadFrom(peer + hash + "/nopeerload").filter(got -> Sha512.of(got.data()).equals(hash));
                if (loaded.isPresent()) {
                    return loaded;
                }
            } catch (IOException e) {
                continue;  // the next
            }
        }
        return Optional.empty();
    }

    private Optional<Loaded> loadFrom(String url) throws IOException, InterruptedException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        HttpResponse<InputStream> first = get(url, 0);
        if (first.statusCode() != 200) {
            first.body().close();
            return Optional.empty();
        }
        try (InputStream body = first.body()) {
            data.write(body.readNBytes(breaksOffAfter));
        }
        HttpResponse<InputStream> rest = get(url, data.size());
        try (InputStream body = rest.body()) {
            if (rest.statusCode() == 206) {
                data.write(body.readAllBytes());
            }
        }
        Matcher name = NAME.matcher(first.headers().firstValue("Content-Disposition").orElse(""));
        return Optional.of(new Loaded(data.toByteArray(), name.find() ? name.group(1) : null));
    }

    private HttpResponse<InputStream> get(String url, int from) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("User-Agent", "dtfc/0.0.5");
        return http.send((from > 0 ? request.header("Range", "bytes=" + from + "-") : request).build(), BodyHandlers.ofInputStream());
    }
}
