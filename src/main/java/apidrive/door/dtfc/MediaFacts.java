package apidrive.door.dtfc;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.object.OpenObject;
import apidrive.object.Places;
import apidrive.wire.ChunkId;

/**
 * What files tell of themselves: sizes and cameras of pictures, lengths and titles of sound. Each is looked at by a process of its own
 * with little memory, so that a file made to exhaust or to hang whoever reads it does so to that process alone.
 */
final class MediaFacts {
    private static final Logger LOG = LoggerFactory.getLogger(MediaFacts.class);
    /** Of a file that is larger than two of these, its beginning and its end are looked at: nothing else tells of the whole. */
    static final long PART = 8L << 20;
    private static final int AT_ONCE = 2;  // processes, each of up to 200 MiB
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 64 << 10;  // of what is told
    private static final long REMEMBERED = 1_000;  // files
    private static final List<String> COMMAND = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
            "-Xss1m", "-XX:MaxMetaspaceSize=64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true");
    /** One class of each library that the program needs. */
    private static final List<String> LIBRARIES = List.of(MediaProgram.class.getName(), "org.apache.tika.Tika",
            "org.apache.tika.parser.mp4.MP4Parser", "org.apache.tika.parser.image.JpegParser", "org.apache.tika.parser.xmp.JempboxExtractor",
            "com.drew.imaging.ImageMetadataReader", "com.adobe.internal.xmp.XMPException", "org.apache.jempbox.xmp.XMPMetadata",
            "org.apache.xmpbox.XMPMetadata", "org.apache.commons.io.IOUtils", "org.apache.commons.logging.Log", "org.slf4j.Logger");

    private final Places places = new Places("files looked at", AT_ONCE);
    private final Cache<ChunkId, Optional<Map<String, Object>>> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

    /**
     * What a file says of itself, a text or a list of texts under each name; empty when nothing could be told in the time and memory
     * that there is for it. Throws BUSY, and what a retrieval throws.
     */
    Optional<Map<String, Object>> of(OpenObject object, String fileName) throws IOException {
        ChunkId root = object.object().id();
        Optional<Map<String, Object>> facts = known.getIfPresent(root);
        if (facts == null) {
            Places.Place place = places.take();
            try (place) {
                facts = look(object, fileName);
            }
            known.put(root, facts);
        }
        return facts;
    }

    /** What the names of this process's folders begin with, among those of other nodes on the machine. */
    static String folders() {
        return "apidrive-media-" + ProcessHandle.current().pid() + "-";
    }

    private static Optional<Map<String, Object>> look(OpenObject object, String fileName) throws IOException {
        Path folder = Files.createTempDirectory(folders());
        try {
            Path file = folder.resolve("file");
            copy(object, file);
            return run(folder, file, fileName);
        } finally {
            try (Stream<Path> left = Files.walk(folder)) {
                left.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** What lies between beginning and end of a large file is a hole, which takes no room on the disk. */
    private static void copy(OpenObject object, Path file) throws IOException {
        long size = object.object().size();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            OutputStream out = Channels.newOutputStream(channel);
            write(object, 0, Math.min(size, PART), out);
            long rest = Math.max(PART, size - PART);
            if (rest < size) {
                channel.position(rest);
                write(object, rest, size, out);
            }
        }
    }

    private static void write(OpenObject object, long from, long to, OutputStream out) throws IOException {
        try (OpenObject.Passage passage = object.passage(from, to)) {
            passage.writeTo(out);
        }
    }

    private static Optional<Map<String, Object>> run(Path folder, Path file, String fileName) throws IOException {
        List<String> command = new ArrayList<>(COMMAND);
        command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-cp", classes(), MediaProgram.class.getName(), file.toString(), fileName,
                Long.toString(PATIENCE.toSeconds())));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process process = builder.start();
        Executor later = CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> end = CompletableFuture.runAsync(process::destroyForcibly, later);
        try (InputStream told = process.getInputStream()) {
            byte[] bytes = told.readNBytes(MOST_BYTES);
            process.getOutputStream().close();
            told.transferTo(OutputStream.nullOutputStream());
            int code = process.waitFor();
            if (code != 0) {
                LOG.info("a file tells nothing of itself in the time and memory there is name={} exit={}", fileName, code);
                return Optional.empty();
            }
            return Optional.of(facts(new String(bytes, StandardCharsets.UTF_8)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the node is stopping");
        } finally {
            end.cancel(false);
            process.destroyForcibly();
        }
    }

    /** Of lines that were cut at the bound the last says less than it should, and is left out. */
    private static Map<String, Object> facts(String lines) {
        Map<String, List<String>> facts = new TreeMap<>();
        lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(line -> line.split("\t", 2)).filter(line -> line.length == 2)
                .forEach(line -> facts.computeIfAbsent(line[0], name -> new ArrayList<>()).add(line[1]));
        Map<String, Object> all = new LinkedHashMap<>();
        facts.forEach((name, values) -> all.put(name, values.size() == 1 ? values.get(0) : values));
        return all;
    }

    /** Where the libraries' files are. Throws IllegalStateException in a container that serves a WAR without unpacking it. */
    private static String classes() {
        return LIBRARIES.stream().map(MediaFacts::file).distinct().collect(Collectors.joining(File.pathSeparator));
    }

    private static String file(String name) {
        try {
            Class<?> type = Class.forName(name, false, MediaFacts.class.getClassLoader());
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (ClassNotFoundException | URISyntaxException | FileSystemNotFoundException e) {
            throw new IllegalStateException("files can be looked at where the container unpacks the WAR; " + name + " stands in no file", e);
        }
    }
}
