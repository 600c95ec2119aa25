package apidrive.door.object;

import static apidrive.problem.Problem.PRECONDITION_FAILED;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;

/** What every exchange of the tus protocol has in common, answers that refuse among them. */
@PreMatching
public final class Tus implements ContainerRequestFilter, ContainerResponseFilter {
    static final String PATH = "/api/drive/upload";
    static final String VERSION = "1.0.0";
    static final String VERSIONS = "Tus-Version";
    private static final String RESUMABLE = "Tus-Resumable";
    private static final String OVERRIDE = "X-HTTP-Method-Override";
    private static final String OPTIONS = "OPTIONS";

    /** Takes the verb that a client could not send, and refuses another version than ours. */
    @Override
    public void filter(ContainerRequestContext request) {
        if (!isUpload(request)) {
            return;
        }
        String verb = request.getHeaderString(OVERRIDE);
        if (verb != null) {
            request.setMethod(verb.strip());
        }
        if (!request.getMethod().equals(OPTIONS) && !VERSION.equals(request.getHeaderString(RESUMABLE))) {
            throw PRECONDITION_FAILED.because("an upload speaks tus " + VERSION + "; say so in the field Tus-Resumable")
                    .with(VERSIONS, VERSION);
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (isUpload(request)) {
            response.getHeaders().putSingle(RESUMABLE, VERSION);
        }
    }

    private static boolean isUpload(ContainerRequestContext request) {
        String path = "/" + request.getUriInfo().getPath();
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }
}
