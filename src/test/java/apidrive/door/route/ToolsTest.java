package apidrive.door.route;

import static apidrive.door.object.Web.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import apidrive.TestNode;
import apidrive.door.object.Web;

/** Programs that know HTTP and nothing of us, at every door: SOS-11, DT-15, DT-29, DT-34. */
@Timeout(180)
class ToolsTest {
    private static final byte[] DATA = random(20_000_003);
    private static final String OUT = "out.bin";
    private static TestNode node;
    private static String root;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start();
        Web web = new Web(node);
        root = web.stored(DATA);
        for (HttpResponse<byte[]> stored : List.of(web.call("POST", "/upload", DATA), web.call("PUT", "/film.bin", DATA))) {
            assertThat(stored.statusCode()).isEqualTo(200);
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** What the same bytes are asked for by. */
    static Stream<String> paths() throws Exception {
        return Stream.of("/api/drive/object/{root}", "/fetch/" + hash("SHA-1"), "/sos/blob/" + hash("SHA-1"), "/" + hash("SHA-512"),
                "/dtfc/" + hash("SHA-512"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/drive/object", "/sos/upload", "/up.bin", "/dtfc/up.bin"})
    void curl_stores_a_file_of_which_every_byte_arrives(String path) throws Exception {
        byte[] data = random(3_000_000 + path.length());
        Files.write(folder.resolve("up.bin"), data);
        String out = path.endsWith(".bin") ? run("curl", "-fsS", "-T", "up.bin", url(path))
                : run("curl", "-fsS", "--data-binary", "@up.bin", url(path));
        String algorithm = path.contains("sos") ? "SHA-1" : "SHA-512";
        assertThat(out).contains(HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(data)));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void curl_fetches_all_of_it_and_goes_on_after_it_was_killed_in_the_middle(String path) throws Exception {
        run("curl", "-fsS", "-o", OUT, url(path));
        assertWhole();
        killedInTheMiddle("curl", "-fsS", "-o", OUT, "--limit-rate", "2M", url(path));
        run("curl", "-fsS", "-o", OUT, "-C", "-", url(path));
        assertWhole();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void wget_fetches_all_of_it_and_goes_on_after_it_was_killed_in_the_middle(String path) throws Exception {
        run("wget", "-q", "-O", OUT, url(path));
        assertWhole();
        killedInTheMiddle("wget", "-q", "-O", OUT, "--limit-rate=2M", url(path));
        run("wget", "-q", "-c", "-O", OUT, url(path));
        assertWhole();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aria2_fetches_sixteen_ranges_at_once_and_goes_on_after_it_was_killed_in_the_middle(String path) throws Exception {
        List<String> sixteen = List.of("aria2c", "-q", "--no-conf", "-x", "16", "-s", "16", "-k", "1M", "--auto-file-renaming=false",
                "--allow-overwrite=true", "--checksum=sha-512=" + hash("SHA-512"), "-o", OUT, url(path));
        run(sixteen.toArray(String[]::new));
        assertWhole();
        Files.delete(folder.resolve(OUT));
        List<String> slowly = new ArrayList<>(sixteen);
        slowly.addAll(1, List.of("--max-download-limit=2M", "--auto-save-interval=1", "--file-allocation=none"));
        Process process = begun(slowly.toArray(String[]::new));
        Path control = folder.resolve(OUT + ".aria2");
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> Files.exists(control));
        process.destroyForcibly().waitFor();
        assertThat(control).as("it was in the middle").exists();
        List<String> on = new ArrayList<>(sixteen);
        on.add(1, "-c");
        run(on.toArray(String[]::new));
        assertWhole();
        assertThat(control).doesNotExist();
    }

    private void assertWhole() {
        assertThat(folder.resolve(OUT)).hasBinaryContent(DATA);
    }

    /** Ends the program when it has some of it, and leaves that in its file. */
    private void killedInTheMiddle(String... command) throws Exception {
        Files.delete(folder.resolve(OUT));
        Process process = begun(command);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> Files.exists(folder.resolve(OUT)) && Files.size(folder.resolve(OUT)) > 1_000_000);
        process.destroyForcibly().waitFor();
        assertThat(folder.resolve(OUT)).as("killed in the middle").satisfies(file -> assertThat(Files.size(file)).isLessThan(DATA.length));
        assertThat(Arrays.equals(Files.readAllBytes(folder.resolve(OUT)), DATA)).isFalse();
    }

    private Process begun(String... command) throws IOException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(bin -> Files.isExecutable(Path.of(bin, command[0]))),
                command[0] + " is not installed");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("no_proxy", "*");
        return builder.start();
    }

    /** What it prints; it must not fail. */
    private String run(String... command) throws IOException, InterruptedException {
        Process process = begun(command);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), out).isZero();
        return out;
    }

    private static String url(String path) {
        return node.uri(path.replace("{root}", root)).toString();
    }

    private static String hash(String algorithm) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(DATA));
    }
}
