package apidrive.admin;

import static apidrive.problem.Problem.MALFORMED;

import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.access.Audit;
import apidrive.chunk.Check;
import apidrive.chunk.Finding;
import apidrive.problem.ProblemException;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** Compares what this node knows with what is kept, a page a call, and repairs what it can. */
@Path("/api/admin/fsck")
@Produces(Format.JSON_TYPE)
@Administration
public final class FsckResource {
    private static final Logger LOG = LoggerFactory.getLogger(FsckResource.class);

    private final Map<String, Check> parts;
    private final Deeds deeds;

    /** {@code parts} are what there is to compare, by name. */
    public FsckResource(Map<String, Check> parts, Audit audit) {
        this.parts = parts;
        this.deeds = new Deeds(audit);
    }

    /**
     * A page of the {@code Part} of the body, that after its {@code After}; with {@code Repair} what is found is set right as far as that
     * can be done here. {@code Next} of the answer is the next page's {@code After}, null at the end.
     */
    @POST
    public Document look(Document body, @Context HttpServletRequest request) {
        String part = body.text("Part").orElse("");
        Check check = parts.get(part);
        if (check == null) {
            throw MALFORMED.because("Part is one of " + parts.keySet().stream().sorted().toList());
        }
        boolean repairs = body.get("Repair", Boolean.class).orElse(false);
        Check.Page page = check.look(body.text("After").orElse(""));
        List<Document> findings = page.findings().stream()
                .map(finding -> described(finding).with("Repaired", repairs && isRepaired(finding, Gate.actor(request)))).toList();
        return new Document().with("Part", part).with("Checked", page.checked()).with("Unknown", page.unknown())
                .with("Ending", page.ending()).with("Findings", findings).with("Next", page.next().orElse(null))
                .with("Silent", page.silent().stream().map(NodeId::toString).sorted().toList());
    }

    private boolean isRepaired(Finding finding, Audit.Actor actor) {
        if (finding.repair().isEmpty()) {
            return false;
        }
        try {
            return deeds.audited(actor, "repair-" + finding.kind().text(), finding.subject(), () -> {
                finding.repair().get().run();
                return true;
            });
        } catch (ProblemException e) {
            LOG.info("not repaired kind={} subject={}: {}", finding.kind().text(), finding.subject(), e.detail());
            return false;
        }
    }

    private static Document described(Finding finding) {
        return new Document().with("Kind", finding.kind().text()).with("Subject", finding.subject()).with("Detail", finding.detail());
    }
}
