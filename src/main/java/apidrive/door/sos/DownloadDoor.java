package apidrive.door.sos;

import java.util.Optional;
import java.util.Set;

import apidrive.config.DoorName;
import apidrive.door.api.Answer;
import jakarta.servlet.http.HttpServletRequest;

/** The half of the original's API server that gives out: {@code GET} and {@code HEAD} of {@code /fetch/{id}} and {@code /fetch/{id}.ext}. */
public final class DownloadDoor extends SosDoor {
    private static final String ROOT = "/fetch";

    private final Blobs blobs;

    public DownloadDoor(Blobs blobs) {
        super(DoorName.SOS_DOWNLOAD, Set.of(ROOT), UploadDoor.REFUSAL);
        this.blobs = blobs;
    }

    @Override
    Optional<Answer> route(HttpServletRequest request, String path) {
        return below(ROOT, path).filter(file -> isRead(request)).map(file -> fetch(id(file), request));
    }

    private Answer fetch(String id, HttpServletRequest request) {
        try {
            Optional<Answer> found = Blobs.isId(id) ? blobs.get(id, request) : Optional.empty();
            boolean isLast = found.isEmpty() || request.getMethod().equals("HEAD");
            Answer answer = found.orElseGet(() -> Answer.of(404));
            return isLast ? last(answer) : answer;
        } catch (RuntimeException e) {
            return Plain.unread(e, request);
        }
    }

    /** Without its last extension. */
    private static String id(String file) {
        return file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
    }
}
