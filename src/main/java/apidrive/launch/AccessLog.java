package apidrive.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.RequestLogWriter;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request: who, when, what, how it went, bytes of both bodies, seconds. Whoever knows an id may fetch what it is of: ids
 * stay out, and so do queries.
 */
final class AccessLog extends ContainerLifeCycle implements RequestLog {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final Pattern ID = Pattern.compile("[0-9A-Fa-f-]{32,}");
    private static final Pattern BLOB = Pattern.compile("^(/sos)?/(blob|fetch)/.*");
    private static final String HIDDEN = "...";
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RequestLogWriter writer;

    /** Lines are added to {@code file}; a name with {@code yyyy_mm_dd} stands for a file a day. */
    AccessLog(Path file) {
        this.writer = new RequestLogWriter(file.toString());
        addBean(writer);
    }

    @Override
    public void log(Request request, Response response) {
        try {
            writer.write(String.format(Locale.ROOT, "%s %s \"%s %s %s\" %d received=%d sent=%d took=%.3f", Request.getRemoteAddr(request),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS), request.getMethod(), shown(request.getHttpURI().getPath()),
                    request.getConnectionMetaData().getHttpVersion().asString(), response.getStatus(), Request.getContentBytesRead(request),
                    Response.getContentBytesWritten(response), (System.nanoTime() - request.getBeginNanoTime()) / NANOS));
        } catch (IOException e) {
            LOG.warn("request not logged cause={}", e.toString());
        }
    }

    private static String shown(String path) {
        return path == null ? "-" : ID.matcher(BLOB.matcher(path).replaceFirst("$1/$2/" + HIDDEN)).replaceAll(HIDDEN);
    }
}
