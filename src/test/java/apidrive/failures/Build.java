package apidrive.failures;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A WAR, and the options that its {@code serve} knows: an earlier one knows fewer. */
record Build(Path war, String help) {
    private static final int HELP_SECONDS = 60;

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

    /** Of these settings, by option, those that it knows, as arguments. */
    String[] known(Map<String, String> options) {
        return options.entrySet().stream().filter(option -> help.contains(option.getKey() + "="))
                .flatMap(option -> Stream.of(option.getKey(), option.getValue())).toArray(String[]::new);
    }
}
