package apidrive.admin;

import apidrive.sql.Database;
import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** The database as its administrator sees it. */
@Path("/api/admin/database")
@Produces(Format.JSON_TYPE)
@Administration
public final class DatabaseResource {
    private final DatabaseFacts facts;

    public DatabaseResource(Database database) {
        this.facts = new DatabaseFacts(database);
    }

    /** {@code Slowest} is null where the extension pg_stat_statements is missing or may not be read. */
    @GET
    public Document get() {
        DatabaseFacts.Server server = facts.server();
        return new Document().with("Version", server.version()).with("Bytes", server.bytes())
                .with("StartedAt", server.startedAt()).with("Standby", server.isStandby())
                .with("SynchronousCommit", server.synchronousCommit()).with("Fsync", server.fsync())
                .with("MaxConnections", server.maxConnections())
                .with("Connections", facts.connections().stream().map(group -> new Document()
                        .with("Program", group.program()).with("State", group.state()).with("Count", group.count()))
                        .toList())
                .with("Partitions", facts.partitions().stream().map(partition -> new Document()
                        .with("Name", partition.name()).with("StartsAt", partition.startsAt())
                        .with("EndsAt", partition.endsAt()).with("Bytes", partition.bytes())
                        .with("Rows", partition.rows())).toList())
                .with("Running", facts.running().stream().map(statement -> new Document().with("Sql", statement.sql())
                        .with("Ms", statement.millis()).with("WaitsFor", statement.waitsFor())).toList())
                .with("Slowest", facts.slowest().map(slow -> slow.stream().map(statement -> new Document()
                        .with("Sql", statement.sql()).with("Calls", statement.calls())
                        .with("MeanMs", statement.meanMillis()).with("MaxMs", statement.maxMillis())).toList())
                        .orElse(null));
    }
}
