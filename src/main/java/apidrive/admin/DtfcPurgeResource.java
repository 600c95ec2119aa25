package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

import apidrive.access.Audit;
import apidrive.door.dtfc.Purge;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;

/** Takes from the dtfc door what nobody tracks any more. */
@Path("/api/admin/dtfc/purge")
@Produces(Format.JSON_TYPE)
@Administration
public final class DtfcPurgeResource {
    private static final String USUAL_AGE = "P7D";

    private final Purge purge;
    private final Deeds deeds;

    public DtfcPurgeResource(Purge purge, Audit audit) {
        this.purge = purge;
        this.deeds = new Deeds(audit);
    }

    /**
     * The body has the hashes that are tracked, in ascending order. Without {@code most} nothing is removed: the answer tells what would
     * be, of what was stored longer than {@code age} ago.
     */
    @POST
    public Document purge(InputStream tracked, @QueryParam("age") String age, @QueryParam("most") String most,
            @Context HttpServletRequest request) throws IOException {
        Duration least = age(age == null ? USUAL_AGE : age);
        if (most == null) {
            return described(purge.run(tracked, least, 0));
        }
        int number = most(most);
        try {
            return deeds.audited(Gate.actor(request), "purge-dtfc", "at most " + number + " older than " + least, () -> {
                try {
                    return described(purge.run(tracked, least, number));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Document described(Purge.Outcome outcome) {
        return new Document().with("Tracked", outcome.tracked()).with("Untracked", outcome.untracked()).with("Removed", outcome.removed())
                .with("First", outcome.first()).with("Silent", outcome.silent().stream().map(Object::toString).toList());
    }

    private static Duration age(String text) {
        try {
            Duration age = Duration.parse(text);
            if (!age.isNegative()) {
                return age;
            }
        } catch (DateTimeParseException e) {
            throw MALFORMED.because("age is an ISO-8601 duration such as P7D", e);
        }
        throw MALFORMED.because("age is not negative");
    }

    private static int most(String text) {
        if (!text.matches("\\d{1,6}")) {
            throw MALFORMED.because("most is a whole number up to " + Purge.MOST);
        }
        return Integer.parseInt(text);
    }
}
