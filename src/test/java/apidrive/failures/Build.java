package apidrive.failures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** A WAR, and the options that its {@code serve} knows: an earlier one knows fewer. */
record Build(Path war, String help) {
    private static final int HELP_SECONDS = 60;
    private static final Pattern OWN_CLASSES = Pattern.compile("WEB-INF/lib/apidrive-[^/]*\\.jar");
    private static final Pattern MIGRATION = Pattern.compile("db-migrations/V\\d+__[^/]*");

    /** Asks the WAR itself; its answer is kept in {@code folder} meanwhile. */
    static Build of(Path war, Path folder) throws Exception {
        Path help = Files.createTempFile(folder, "help", null);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder, "-jar", war.toString(), "serve", "--help")
                .redirectErrorStream(true).redirectOutput(help.toFile()).start();
        if (!process.waitFor(HELP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String text = Files.readString(help);
        if (!text.contains("--port")) {
            throw new IllegalArgumentException(war + " is no build of API Drive:\n" + text);
        }
        return new Build(war, text);
    }

    /** Whether its nodes know of others at all. */
    boolean isNetworked() {
        return help.contains("--join=");
    }

    /** Whether the other build's nodes can use a database that this one's have migrated: they refuse one that is ahead of them. */
    boolean isSchemaOf(Build other) throws IOException {
        return migrations().equals(other.migrations());
    }

    private Set<String> migrations() throws IOException {
        try (ZipFile files = new ZipFile(war.toFile())) {
            ZipEntry own = files.stream().filter(entry -> OWN_CLASSES.matcher(entry.getName()).matches()).findFirst()
                    .orElseThrow(() -> new IOException(war + " has no classes of its own"));
            Set<String> names = new TreeSet<>();
            try (ZipInputStream classes = new ZipInputStream(files.getInputStream(own))) {
                for (ZipEntry entry = classes.getNextEntry(); entry != null; entry = classes.getNextEntry()) {
                    if (MIGRATION.matcher(entry.getName()).matches()) {
                        names.add(entry.getName());
                    }
                }
            }
            return names;
        }
    }

    /** Of these settings, by option, those that it knows, as arguments. */
    String[] known(Map<String, String> options) {
        return options.entrySet().stream().filter(option -> help.contains(option.getKey() + "="))
                .flatMap(option -> Stream.of(option.getKey(), option.getValue())).toArray(String[]::new);
    }
}
