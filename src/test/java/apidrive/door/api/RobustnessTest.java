package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;

import apidrive.TestNode;
import apidrive.wire.Chunk;
import apidrive.wire.Document;
import apidrive.wire.Format;

/**
 * Whatever is sent in, the node answers with a clear error and goes on. Bodies are valid ones changed at random; a failure
 * names its seed, which the system property {@code apidrive.seed} replays.
 */
class RobustnessTest {
    private static final int CASES = 3_000;
    private static final String[] ROUTES = {"/api/drive/store", "/api/drive/retrieve", "/api/drive/chunk",
        "/api/drive/batch/store", "/api/drive/batch/retrieve", "/api/drive/batch/renew"};
    private static final String[] TYPES = {"application/json", "application/bson", "text/json"};

    @Test
    void random_bodies_never_bring_a_server_error() {
        long seed = Long.getLong("apidrive.seed", System.nanoTime());
        Random random = new Random(seed);
        try (TestNode node = TestNode.start()) {
            Caller caller = new Caller(node);
            for (int i = 0; i < CASES; i++) {
                String route = ROUTES[random.nextInt(ROUTES.length)];
                String type = TYPES[random.nextInt(TYPES.length)];
                byte[] body = mutated(valid(random, type), random);
                String method = random.nextInt(4) == 0 && route.endsWith("chunk") ? "PUT" : "POST";
                String path = method.equals("PUT") && random.nextBoolean() ? route + "/" + Chunk.of(body).id() : route;
                HttpResponse<byte[]> answer = caller.call(method, path, body, "Content-Type", type);

                assertThat(answer.statusCode()).as("seed %d case %d: %s %s %s", seed, i, route, type,
                        HexFormat.of().formatHex(body, 0, Math.min(body.length, 300))).isLessThan(500);
                if (answer.statusCode() >= 400) {
                    Format format = type.endsWith("bson") ? Format.BSON : Format.JSON;
                    assertThat(format.readDocument(answer.body()).get("Message")).as("seed %d case %d", seed, i).isPresent();
                }
            }
            assertThat(caller.json("/api/drive/store", "{\"Data\":\"AQID\"}").statusCode()).isEqualTo(200);
        }
    }

    private static byte[] valid(Random random, String type) {
        byte[] data = new byte[random.nextInt(40)];
        random.nextBytes(data);
        Document document = switch (random.nextInt(4)) {
            case 0 -> new Document().with("Data", data);
            case 1 -> new Document().with("Id", Chunk.of(data).id());
            case 2 -> new Document().with("Id", null).with("Data", data).with("More", new Document().with("x", 1.5));
            default -> new Document().with("Id", "4d3158b3-6fd2-473e-8648-1d8b3d0e3987").with("n", 5L).with("t", "é");
        };
        return (type.endsWith("bson") ? Format.BSON : Format.JSON).write(document);
    }

    private static byte[] mutated(byte[] body, Random random) {
        switch (random.nextInt(7)) {
            case 0 -> {
                return Arrays.copyOf(body, random.nextInt(body.length + 1));
            }
            case 1 -> {
                byte[] doubled = Arrays.copyOf(body, 2 * body.length);
                System.arraycopy(body, 0, doubled, body.length, body.length);
                return doubled;
            }
            case 2 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                return noise;
            }
            case 3 -> {
                return ("{\"Data\":" + "[".repeat(random.nextInt(5_000))).getBytes();
            }
            default -> {
                byte[] changed = body.clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                return changed;
            }
        }
    }
}
