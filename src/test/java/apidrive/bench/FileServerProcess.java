package apidrive.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@link FileServer} in a process of its own. */
final class FileServerProcess implements Server {
    private static final Pattern SERVES = Pattern.compile("serves at port (\\d+)");

    private final ServerProcess process;
    private final int port;

    /** Files are kept in {@code folder/files}; {@code options} of {@link FileServer} follow it. */
    FileServerProcess(Path folder, String... options) throws Exception {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of(ServerProcess.java(), "-cp",
                System.getProperty("java.class.path"), FileServer.class.getName(), folder.resolve("files").toString()));
        command.addAll(List.of(options));
        process = new ServerProcess(folder.resolve("log"), Map.of(), command);
        port = process.awaitPort(SERVES);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
