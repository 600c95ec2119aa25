package apidrive.door.object;

import static apidrive.problem.Problem.PRECONDITION_FAILED;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.object.ObjectRenewal;
import apidrive.object.OpenObject;
import apidrive.object.Places;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/** Gives out objects, however they were asked for: strong tags, conditions, ranges, names. */
public final class Serving {
    private final ObjectRenewal renewal;
    private final Places places;

    /** {@code places} bound downloads at once. */
    public Serving(ObjectRenewal renewal, Places places) {
        this.renewal = renewal;
        this.places = places;
    }

    /**
     * How an answer says what it is.
     *
     * @param download     what the query says of saving it; null for nothing
     * @param name         under which it is to be saved; null for the one it has
     * @param cacheControl for how long others may keep it
     */
    record Manner(String download, String name, String cacheControl) {
        private Response.ResponseBuilder describe(StoredObject object, Response.ResponseBuilder answer) {
            boolean isDownload = download != null && !download.equals("false");
            Optional<String> called = Label.of(null, name).fileName();
            Presentation.fields(object.label(), isDownload, called).forEach(answer::header);
            return answer.tag(tag(object)).header("Accept-Ranges", "bytes")
                    .header(HttpHeaders.CACHE_CONTROL, cacheControl).header(StoreRequest.REPR_DIGEST, "sha-256=:"
                            + base64(object.digests().sha256()) + ":, sha-512=:" + base64(object.digests().sha512()) + ":");
        }
    }

    /** The bytes, all or in part. */
    Response.ResponseBuilder get(OpenObject object, Manner manner, HttpServletRequest asked, Request conditions) {
        renewal.read(object.object().id());
        EntityTag tag = tag(object.object());
        Response.ResponseBuilder unmet = unmet(conditions, tag, manner);
        if (unmet != null) {
            return unmet;
        }
        String ifRange = asked.getHeader("If-Range");
        Response.ResponseBuilder answer = manner.describe(object.object(), Response.ok());
        Portion portion = Portion.of(object, asked, ifRange == null || ifRange.strip().equals(quoted(tag)), places);
        portion.fields().forEach((field, value) -> answer.header(field, null).header(field, value));
        return answer.status(portion.status()).entity((StreamingOutput) portion::writeTo);
    }

    /** As {@link #get} of the whole would answer. */
    Response.ResponseBuilder head(StoredObject object, Manner manner, Request conditions) {
        renewal.read(object.id());
        Response.ResponseBuilder unmet = unmet(conditions, tag(object), manner);
        return unmet != null ? unmet
                : manner.describe(object, Response.ok()).header(HttpHeaders.CONTENT_LENGTH, object.size());
    }

    static EntityTag tag(StoredObject object) {
        return new EntityTag(object.digests().sha256());
    }

    /** 304 where the caller has these bytes, null where it is to get them; throws PRECONDITION_FAILED where it wants others. */
    private static Response.ResponseBuilder unmet(Request conditions, EntityTag tag, Manner manner) {
        Response.ResponseBuilder unmet = conditions.evaluatePreconditions(tag);
        if (unmet != null && unmet.build().getStatus() == Response.Status.PRECONDITION_FAILED.getStatusCode()) {
            throw PRECONDITION_FAILED.because("the object's tag is " + quoted(tag));
        }
        return unmet == null ? null : unmet.tag(tag).header(HttpHeaders.CACHE_CONTROL, manner.cacheControl());
    }

    private static String quoted(EntityTag tag) {
        return '"' + tag.getValue() + '"';
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }
}
