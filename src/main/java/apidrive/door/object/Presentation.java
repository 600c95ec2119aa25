package apidrive.door.object;

import java.util.Optional;
import java.util.Set;

import apidrive.manifest.Label;
import apidrive.wire.Disposition;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/**
 * How a browser is to treat what strangers stored: by the type that was told and no other; what could run in this node's name is
 * saved and not shown.
 */
final class Presentation {
    /** Types, and beginnings of types, that can do no harm where they are shown. */
    private static final Set<String> SHOWN = Set.of("text/plain", "application/pdf", "application/json", "application/ogg");
    private static final Set<String> SHOWN_KINDS = Set.of("image/", "audio/", "video/");
    private static final String SCRIPTABLE = "+xml";  // image/svg+xml above all
    private static final String PDF = "application/pdf";  // browsers' own viewers refuse to work in a sandbox

    private Presentation() {
    }

    /** Adds the fields that say so. {@code isDownload} saves in any case; {@code name} is what the reader calls it. */
    static ResponseBuilder of(Label label, boolean isDownload, Optional<String> name, ResponseBuilder answer) {
        boolean isAttachment = isDownload || !isShown(label.plainType());
        answer.header(HttpHeaders.CONTENT_TYPE, label.mediaType()).header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CONTENT_DISPOSITION, Disposition.of(isAttachment, name.or(label::fileName)));
        return label.plainType().equals(PDF) ? answer : answer.header("Content-Security-Policy", "sandbox");
    }

    static boolean isShown(String type) {
        return SHOWN.contains(type) || SHOWN_KINDS.stream().anyMatch(type::startsWith) && !type.endsWith(SCRIPTABLE);
    }
}
