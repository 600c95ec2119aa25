package apidrive.door.sos;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

import apidrive.config.DoorName;
import apidrive.door.api.Answer;
import jakarta.servlet.http.HttpServletRequest;

/** The half of the original's API server that takes uploads: {@code POST /upload}. */
public final class UploadDoor extends SosDoor {
    static final String REFUSAL = "Invalid method or location.";
    private static final String PATH = "/upload";
    private static final String FAILED = "{\"error\":\"upload failed\"}";

    private final Blobs blobs;

    public UploadDoor(Blobs blobs) {
        super(DoorName.SOS_UPLOAD, Set.of(PATH), REFUSAL);
        this.blobs = blobs;
    }

    @Override
    Optional<Answer> route(HttpServletRequest request, String path) {
        boolean isUpload = path.equals(PATH) && request.getMethod().equals("POST");
        return isUpload ? Optional.of(upload(request)) : Optional.empty();
    }

    @Override
    public Answer refusal(RuntimeException why, HttpServletRequest request) {
        return Plain.unstored(why, request, FAILED);
    }

    private Answer upload(HttpServletRequest request) {
        try {
            return BlobDoor.stored(blobs.put(Optional.empty(), request));
        } catch (IOException | RuntimeException e) {
            return Plain.unstored(e, request, FAILED);
        }
    }
}
