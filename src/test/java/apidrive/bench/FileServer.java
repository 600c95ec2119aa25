package apidrive.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.ServerConnector;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The plainest blob server, as SOS is one: a body becomes a file of the name in its path. SOS flushes nothing; whoever wants what was
 * answered to outlast a power cut flushes the file, and the folder that names it.
 */
public final class FileServer {
    static final String FLUSHED = "flushed";

    private FileServer() {
    }

    /**
     * Serves {@code POST} and {@code GET /blob/{id}} from the folder named, on any free port of loopback; after a second argument
     * {@value #FLUSHED} nothing is answered before it is on disk.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        boolean isFlushed = arguments.length > 1 && arguments[1].equals(FLUSHED);
        var server = new org.eclipse.jetty.server.Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new Blobs(folder, isFlushed)), "/blob/*");
        server.setHandler(context);
        server.start();
        System.out.println("serves at port " + connector.getLocalPort());
        server.join();
    }

    private static final class Blobs extends HttpServlet {
        private static final long serialVersionUID = 1;

        private final transient Path folder;
        private final boolean isFlushed;

        Blobs(Path folder, boolean isFlushed) {
            this.folder = folder;
            this.isFlushed = isFlushed;
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Path file = file(request);
            long size;
            try (OutputStream out = Files.newOutputStream(file)) {
                size = request.getInputStream().transferTo(out);
            }
            if (isFlushed) {
                flush(file, StandardOpenOption.WRITE);
                flush(folder, StandardOpenOption.READ);
            }
            byte[] answer = "{\"id\":\"%s\",\"status\":\"OK\",\"size\":%d}".formatted(file.getFileName(), size).getBytes();
            response.setContentType("application/json");
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            byte[] bytes = Files.readAllBytes(file(request));
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
        }

        private static void flush(Path path, OpenOption how) throws IOException {
            try (FileChannel channel = FileChannel.open(path, how)) {
                channel.force(true);
            }
        }

        private Path file(HttpServletRequest request) {
            return folder.resolve(request.getPathInfo().substring(1).replaceAll("[^0-9a-f]", ""));
        }
    }
}
