package apidrive.door.api;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The original matches paths without regard to case and accepts one trailing slash: such a path is sent on in its plain form. What
 * people chose to name things is left as it is.
 */
public final class ApiPathFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Pattern API = Pattern.compile("/api/drive(?!/name/[^/]+/)(/[\\w.{}-]+)+/?", Pattern.CASE_INSENSITIVE);

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
        String plain = plain(path);
        if (path.equals(plain)) {
            chain.doFilter(request, response);
        } else {
            request.getRequestDispatcher(plain).forward(request, response);
        }
    }

    private static String plain(String path) {
        if (!API.matcher(path).matches()) {
            return path;
        }
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
