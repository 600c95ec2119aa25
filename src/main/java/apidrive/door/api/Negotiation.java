package apidrive.door.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import apidrive.wire.Format;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Chooses the format of the answer as the original does: by Accept, else the request's own, else JSON; a client that
 * accepts neither gets JSON rather than a 406. The choice replaces the Accept header, so that matching agrees with it.
 */
@PreMatching
@Priority(Negotiation.FIRST)
public final class Negotiation implements ContainerRequestFilter {
    static final int FIRST = 0;
    private static final String CHOICE = "apidrive.format";
    private static final String OR_ANYTHING = ", */*;q=0.1";
    private static final int MOST_RANGES = 50;  // of an Accept header are looked at

    private record Range(String type, double quality) {
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String type = choose(request.getHeaderString(HttpHeaders.ACCEPT), request.getHeaderString(HttpHeaders.CONTENT_TYPE));
        request.setProperty(CHOICE, type);
        request.getHeaders().putSingle(HttpHeaders.ACCEPT, type + OR_ANYTHING);
    }

    /** As the filter does, for a request that does not come by JAX-RS. */
    static void settle(HttpServletRequest request) {
        request.setAttribute(CHOICE, choose(request.getHeader(HttpHeaders.ACCEPT), request.getContentType()));
    }

    /** The media type in which this request is answered. */
    static String type(HttpServletRequest request) {
        return request.getAttribute(CHOICE) instanceof String type ? type : Format.JSON_TYPE;
    }

    /** The format of {@link #type}, errors included. */
    static Format of(HttpServletRequest request) {
        return Format.ofMediaType(type(request)).orElse(Format.JSON);
    }

    /** The media type to answer in, one of {@link Format}'s three. */
    static String choose(String accept, String contentType) {
        String own = contentType == null ? Format.JSON_TYPE : spoken(contentType).orElse(Format.JSON_TYPE);
        for (Range range : ranges(accept == null ? "*/*" : accept)) {
            Optional<String> match = switch (range.type()) {
                case "*/*", "application/*" -> Optional.of(own);
                case "text/*" -> Optional.of(Format.TEXT_JSON_TYPE);
                default -> spoken(range.type());
            };
            if (match.isPresent()) {
                return match.get();
            }
        }
        return own;
    }

    private static Optional<String> spoken(String mediaType) {
        return Format.ofMediaType(mediaType).map(format -> mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    /** The media ranges (RFC 9110 §12.5.1), the most wanted first, those with quality 0 left out. */
    private static List<Range> ranges(String accept) {
        List<Range> ranges = new ArrayList<>();
        for (String part : accept.split(",", MOST_RANGES + 1)) {
            String[] pieces = part.split(";");
            double quality = 1;
            for (int i = 1; i < pieces.length; i++) {
                String parameter = pieces[i].strip().toLowerCase(Locale.ROOT);
                if (parameter.startsWith("q=")) {
                    quality = quality(parameter.substring(2));
                }
            }
            if (quality > 0 && ranges.size() < MOST_RANGES && pieces.length > 0) {
                ranges.add(new Range(pieces[0].strip().toLowerCase(Locale.ROOT), quality));
            }
        }
        ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
        return ranges;
    }

    private static double quality(String text) {
        return text.matches("[01](\\.\\d{0,3})?") ? Double.parseDouble(text) : 1;
    }
}
