package apidrive.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.logging.LogManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The entry of {@code java -jar apidrive.war}: unpacks what the command needs and runs it. Uses the JDK alone. */
public final class Main {
    private static final String LOG_FORMAT = "%1$tFT%1$tT.%1$tL%1$tz %4$s %2$s %5$s%6$s%n";
    /** Libraries of every command; a server finds its own in the WAR when it deploys it. */
    private static final List<String> COMMAND_LIBRARIES = List.of("WEB-INF/lib/apidrive-", "WEB-INF/lib/picocli-",
            "WEB-INF/lib/jackson-core-", "WEB-INF/lib/bson-", "WEB-INF/lib/slf4j-");
    private static final String FOLDER_PREFIX = "apidrive-";
    private static final Pattern FOLDER = Pattern.compile(FOLDER_PREFIX + "(\\d+)-\\d+");
    private static final String SERVER_LIBRARIES = "WEB-INF/jetty/";
    private static final String ALL_LIBRARIES = "WEB-INF/lib/";

    private Main() {
    }

    public static void main(String[] args) throws Exception {
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", LOG_FORMAT);
        }
        System.setProperty("java.util.logging.manager", Logs.class.getName());
        Path war = war();
        Path unpacked = Files.createTempDirectory(FOLDER_PREFIX + ProcessHandle.current().pid() + "-");
        deleteLeftovers(unpacked.getParent());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(unpacked)));
        URLClassLoader loader = new URLClassLoader(unpack(war, unpacked, libraries(args)),
                ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Object exitCode = loader.loadClass("apidrive.launch.Program")
                    .getMethod("run", Path.class, Path.class, String[].class).invoke(null, war, unpacked, args);
            System.exit((Integer) exitCode);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Path war() throws URISyntaxException {
        return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** How the names of the libraries begin that the command needs. */
    private static List<String> libraries(String[] args) {
        List<String> libraries = new ArrayList<>(COMMAND_LIBRARIES);
        switch (args.length == 0 ? "" : args[0]) {
            case "serve" -> libraries.add(SERVER_LIBRARIES);
            case "admin-link", "demo" -> libraries.add(ALL_LIBRARIES);
            default -> { }
        }
        return libraries;
    }

    private static URL[] unpack(Path war, Path folder, List<String> libraries) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (JarFile file = new JarFile(war.toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                String name = entry.getName();
                if (name.endsWith(".jar") && libraries.stream().anyMatch(name::startsWith)) {
                    Path jar = folder.resolve(name.substring(name.lastIndexOf('/') + 1));
                    try (InputStream in = file.getInputStream(entry)) {
                        Files.copy(in, jar);
                    }
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        return jars.toArray(URL[]::new);
    }

    /** What processes that were killed have left; a folder of somebody else cannot be deleted and stays. */
    private static void deleteLeftovers(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, FOLDER_PREFIX + "*")) {
            for (Path folder : folders) {
                Matcher name = FOLDER.matcher(folder.getFileName().toString());
                if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
                        && Files.isWritable(folder)) {
                    delete(folder);
                }
            }
        }
    }

    /** Waits for a server to be stopped first: its own hook holds this lock until then. */
    private static void delete(Path folder) {
        synchronized (Runtime.getRuntime()) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Keeps the log open while the process ends: the JDK's own would close it before a node has said that it stopped. */
    public static final class Logs extends LogManager {
        @Override
        public void reset() {
            // the handlers write through, so that nothing is left to be closed
        }
    }
}
