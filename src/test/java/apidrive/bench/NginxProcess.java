package apidrive.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import apidrive.Ports;

/** Debian's nginx with its WebDAV module, taking and serving files; it never flushes what it stored. */
final class NginxProcess implements Server {
    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
    private static final String CONFIG = """
            daemon off;
            %1$s
            worker_processes auto;
            pid "%2$s/nginx.pid";
            error_log "%2$s/error.log" warn;
            events { worker_connections 16384; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                client_max_body_size 1m;
                client_body_buffer_size 128k;
                client_body_temp_path "%2$s/body";
                proxy_temp_path "%2$s/proxy";
                fastcgi_temp_path "%2$s/fastcgi";
                uwsgi_temp_path "%2$s/uwsgi";
                scgi_temp_path "%2$s/scgi";
                server {
                    listen 127.0.0.1:%3$d;
                    location / { root "%2$s/files"; dav_methods PUT DELETE; }
                    location = /health { return 204; }
                }
            }
            """;

    private final ServerProcess process;
    private final int port = Ports.next();

    /** Files are kept in {@code folder/files}. */
    NginxProcess(Path folder) throws Exception {
        Files.createDirectories(folder.resolve("files"));
        boolean root = "root".equals(System.getProperty("user.name"));
        Path config = Files.writeString(folder.resolve("nginx.conf"),
                CONFIG.formatted(root ? "user root;" : "", folder, port));
        process = new ServerProcess(folder.resolve("log"), Map.of(), List.of(PROGRAM.toString(), "-p", folder.toString(),
                "-e", folder.resolve("error.log").toString(), "-c", config.toString()));
        process.awaitAnswer(port, HttpConnection.get("/health"));
    }

    /** Why there is none here; empty where there is one. */
    static Optional<String> missing() {
        return Files.isExecutable(PROGRAM) ? Optional.empty() : Optional.of("nginx is not installed (Debian's package nginx)");
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
