package apidrive.door.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

import apidrive.wire.Digest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Sends the pages and their parts, with an ETag made of their bytes, and gives everything outside the API the header fields
 * that keep a page to itself. A page that another servlet makes may set its own in place of these.
 */
public final class PageFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    /** The libraries of the pages: for each path a WebJar, and the file in it. */
    private static final Map<String, List<String>> LIBRARIES = Map.of(
            "/lib/js-sha256.js", List.of("js-sha256", "build/sha256.min.js"),
            "/lib/chart.js", List.of("chart.js", "dist/chart.umd.min.js"));
    private static final String JAR = "META-INF/maven/org.webjars.npm/%s/pom.properties";
    private static final String FILE = "META-INF/resources/webjars/%s/%s/%s";
    private static final Set<String> API = Set.of("api", "health", "metrics");
    private static final Set<String> PAGES = Set.of("/", "/index.html", "/style.css", "/favicon.svg");
    private static final String DRIVE = "/api/";
    private static final Set<String> HIDDEN = Set.of("WEB-INF", "META-INF", "apidrive");
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");
    private static final Map<String, String> FIELDS = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
                    + "connect-src 'self'; worker-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                    + "form-action 'self'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()");

    /** Folders whose files are sent here, below the context; other doors are to leave them alone. */
    public static Set<String> folders() {
        return Set.of("/page", "/view", "/admin", "/lib");
    }

    /** Whether a path is the API's, or that of a page or of its parts, whatever stands there. */
    public static boolean isOurs(String path) {
        return path.startsWith(DRIVE) || PAGES.contains(path) || folders().contains('/' + first(path))
                || API.contains(first(path).toLowerCase(Locale.ROOT));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        String first = first(path);
        if (API.contains(first.toLowerCase(Locale.ROOT))) {
            chain.doFilter(request, response);
            return;
        }
        FIELDS.forEach(response::setHeader);
        boolean isRead = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        byte[] file = isRead && !HIDDEN.contains(first) ? read(path.endsWith("/") ? path + "index.html" : path) : null;
        if (file == null && folders().contains('/' + first)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);  // else some containers would list the folder
        } else if (file == null) {
            chain.doFilter(request, response);
        } else {
            send(file, type(path.endsWith("/") ? "html" : suffix(path)), request, response);
        }
    }

    /** The first segment. */
    private static String first(String path) {
        return path.split("/", 3).length < 2 ? "" : path.split("/", 3)[1];
    }

    private static String suffix(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String type(String suffix) {
        return TYPES.get(suffix);
    }

    /** The bytes, read anew each time, for the files are small and one may be edited while a developer runs the node; or null. */
    private byte[] read(String path) throws IOException {
        if (!TYPES.containsKey(suffix(path)) || path.contains("..")) {
            return null;
        }
        try (InputStream in = LIBRARIES.containsKey(path) ? library(LIBRARIES.get(path)) : getServletContext().getResourceAsStream(path)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    /** Its version stands in its jar alone, so that the pom says it once. */
    private static InputStream library(List<String> jarAndFile) throws IOException {
        ClassLoader loader = PageFilter.class.getClassLoader();
        Properties jar = new Properties();
        try (InputStream in = loader.getResourceAsStream(JAR.formatted(jarAndFile.get(0)))) {
            jar.load(in);
        }
        return loader.getResourceAsStream(FILE.formatted(jarAndFile.get(0), jar.getProperty("version"), jarAndFile.get(1)));
    }

    /** A browser asks each time whether it has the newest, and is told so in a few bytes. */
    private static void send(byte[] file, String type, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String tag = '"' + Digest.of(file).toString() + '"';
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", "no-cache");
        String known = request.getHeader("If-None-Match");
        if (known != null && Arrays.stream(known.split(",")).map(String::strip)
                .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(type);
        response.setContentLength(file.length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(file);
        }
    }
}
