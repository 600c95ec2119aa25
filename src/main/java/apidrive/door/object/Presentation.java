package apidrive.door.object;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.manifest.Label;
import apidrive.wire.Disposition;
import jakarta.ws.rs.core.HttpHeaders;

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

    /** The fields that say so. {@code isDownload} saves in any case; {@code name} is what the reader calls it. */
    static Map<String, String> fields(Label label, boolean isDownload, Optional<String> name) {
        boolean isAttachment = isDownload || !isShown(label.plainType());
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(HttpHeaders.CONTENT_TYPE, label.mediaType());
        fields.put("X-Content-Type-Options", "nosniff");
        fields.put(HttpHeaders.CONTENT_DISPOSITION, Disposition.of(isAttachment, name.or(label::fileName)));
        if (!label.plainType().equals(PDF)) {
            fields.put("Content-Security-Policy", "sandbox");
        }
        return fields;
    }

    static boolean isShown(String type) {
        return SHOWN.contains(type) || SHOWN_KINDS.stream().anyMatch(type::startsWith) && !type.endsWith(SCRIPTABLE);
    }
}
