package apidrive.admin;

import static apidrive.problem.Problem.NOT_FOUND;

import java.time.Duration;
import java.util.List;

import apidrive.access.Audit;
import apidrive.job.JobRunner;
import apidrive.job.Progress;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;

/** What the node does by itself, on this WAR. */
@Path("/api/admin/jobs")
@Produces(Format.JSON_TYPE)
@Administration
public final class JobResource {
    private final JobRunner jobs;
    private final Audit audit;

    public JobResource(JobRunner jobs, Audit audit) {
        this.jobs = jobs;
        this.audit = audit;
    }

    @GET
    public List<Document> list() {
        return jobs.statuses().stream().map(job -> new Document().with("Name", job.name())
                .with("Duty", job.duty()).with("Running", job.isRunning()).with("StepsInARow", job.inARow())
                .with("Steps", job.steps()).with("Failures", job.failures()).with("LastRun", job.lastRun().orElse(null))
                .with("LastMs", job.lastTook().map(Duration::toMillis).orElse(null))
                .with("NextRun", job.nextRun().orElse(null)).with("LastError", job.lastError().orElse(null))
                .with("Progress", job.progress().map(JobResource::described).orElse(null))).toList();
    }

    /** Makes the job's next step due now. */
    @POST
    @Path("{name}/run")
    public void run(@PathParam("name") String name, @Context HttpServletRequest request) {
        if (!jobs.runNow(name)) {
            throw NOT_FOUND.because("there is no job " + name);
        }
        audit.add(Gate.actor(request), "run-job", name, Audit.DONE);
    }

    private static Document described(Progress progress) {
        return new Document().with("Done", progress.done()).with("All", progress.all()).with("Units", progress.units());
    }
}
