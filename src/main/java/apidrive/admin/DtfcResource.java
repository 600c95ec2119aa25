package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_FOUND;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import apidrive.access.Audit;
import apidrive.door.dtfc.Contents;
import apidrive.door.dtfc.Mark;
import apidrive.door.dtfc.Switches;
import apidrive.door.dtfc.Verb;
import apidrive.repair.Wish;
import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** What may be done at the dtfc door: verbs that are off on this node, and hashes that are marked on all. */
@Path("/api/admin/dtfc")
@Produces(Format.JSON_TYPE)
@Administration
public final class DtfcResource {
    private static final Pattern SHA512 = Pattern.compile("[0-9a-fA-F]{128}");

    private final Database database;
    private final Switches switches;
    private final Contents contents;
    private final Wish wish;
    private final Audit audit;
    private final Deeds deeds;

    /** Marks are on as many nodes as {@code wish} says before an answer tells so. */
    public DtfcResource(Database database, Switches switches, Contents contents, Wish wish, Audit audit) {
        this.database = database;
        this.switches = switches;
        this.contents = contents;
        this.wish = wish;
        this.audit = audit;
        this.deeds = new Deeds(audit);
    }

    @GET
    @Path("verbs")
    public Document verbs() {
        return new Document().with("Off", switches.refresh().stream().map(Verb::text).toList());
    }

    /** Switches a verb {@code Off}, or on again. */
    @PUT
    @Path("verbs/{verb}")
    @Consumes(Format.JSON_TYPE)
    public Document set(@PathParam("verb") String name, Document wanted, @Context HttpServletRequest request) {
        Verb verb = Verb.ofText(name).orElseThrow(() -> NOT_FOUND.because("the verbs are put, get, head and delete"));
        boolean isOff = wanted.get("Off", Boolean.class).orElseThrow(() -> MALFORMED.because("Off is true or false"));
        database.inTransaction(connection -> {
            switches.set(connection, verb, isOff);
            audit.done(connection, Gate.actor(request), "switch-dtfc", verb.text() + (isOff ? " off" : " on"));
            return null;
        });
        return verbs();
    }

    /** The mark on a hash; null for none. */
    @GET
    @Path("marks/{sha512}")
    public Document mark(@PathParam("sha512") String text) {
        String sha512 = sha512(text);
        return described(sha512, contents.mark(sha512));
    }

    /** From now on everybody who asks for what has this hash is answered {@code Status}, 403 or 404, whether or not it is kept. */
    @PUT
    @Path("marks/{sha512}")
    @Consumes(Format.JSON_TYPE)
    public Document mark(@PathParam("sha512") String text, Document wanted, @Context HttpServletRequest request) {
        String sha512 = sha512(text);
        Mark mark = wanted.number("Status").stream().mapToObj(Long::toString).findFirst().flatMap(Mark::of)
                .orElseThrow(() -> MALFORMED.because("Status is 403 or 404"));
        return deeds.audited(Gate.actor(request), "mark-dtfc", sha512 + " " + mark.status(), () -> {
            contents.mark(sha512, Optional.of(mark), wish);
            return described(sha512, Optional.of(mark));
        });
    }

    @DELETE
    @Path("marks/{sha512}")
    public void unmark(@PathParam("sha512") String text, @Context HttpServletRequest request) {
        String sha512 = sha512(text);
        deeds.audited(Gate.actor(request), "unmark-dtfc", sha512, () -> {
            contents.mark(sha512, Optional.empty(), wish);
            return null;
        });
    }

    private static Document described(String sha512, Optional<Mark> mark) {
        return new Document().with("Sha512", sha512).with("Status", mark.map(Mark::status).orElse(null));
    }

    private static String sha512(String text) {
        if (!SHA512.matcher(text).matches()) {
            throw MALFORMED.because("'" + text + "' is no SHA-512 of 128 hexadecimal digits");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
