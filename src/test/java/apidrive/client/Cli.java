package apidrive.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import apidrive.wire.Document;
import apidrive.wire.Format;
import picocli.CommandLine;

/** Runs a command line in this JVM, or by {@link #main} in one of its own. */
final class Cli {
    /** How a command ended and what it printed. */
    record Run(int code, String out, String err) {
        /** What {@code --json} printed about the one file. */
        Document file() {
            return (Document) ((List<?>) json().get("Files").orElseThrow()).get(0);
        }

        Document json() {
            return Format.JSON.readDocument(out.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Cli() {
    }

    static Run run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commands = ApiDriveCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        int code = commands.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }

    /** The same command in a process of its own, which may be killed. */
    static Process process(Path log, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-cp", System.getProperty("java.class.path"), Cli.class.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    public static void main(String[] arguments) {
        System.exit(ApiDriveCommand.commandLine().execute(arguments));
    }

    /** Bytes that are the same in every run. */
    static byte[] bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
