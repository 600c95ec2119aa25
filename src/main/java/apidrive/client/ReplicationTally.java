package apidrive.client;

import java.util.stream.IntStream;

import apidrive.wire.Document;

/** What became of the chunks of a file, or of a server whose chunks came page by page. */
final class ReplicationTally {
    private final String name;
    private final int wanted;
    private long chunks;
    private long lacked;
    private long made;
    private long fewer;
    private long none;
    private String complaint = "";

    /** Each chunk is to have {@code wanted} copies. */
    ReplicationTally(String name, int wanted) {
        this.name = name;
        this.wanted = wanted;
    }

    void add(Replication replication) {
        chunks += replication.chunks();
        lacked += replication.lacked();
        made += replication.made();
        fewer += IntStream.range(0, replication.chunks()).filter(order -> replication.copies(order) < wanted).count();
        none += IntStream.range(0, replication.chunks()).filter(order -> replication.copies(order) == 0).count();
        complaint = replication.complaint().isEmpty() ? complaint : replication.complaint();
    }

    boolean isEmpty() {
        return chunks == 0;
    }

    void tell(Report report) {
        report.done(new Document().with("File", name).with("Chunks", chunks).with("Wanted", wanted)
                .with("ChunksThatLacked", lacked).with("CopiesMade", made)
                .with("ChunksWithFewerCopies", fewer).with("ChunksWithout", none)
                .with("Complaint", complaint.isEmpty() ? null : complaint),
                name + ": " + chunks + " chunks, " + lacked + " had fewer than " + wanted
                + " copies, " + made + " copies were made; " + (chunks - fewer) + " have enough now"
                + (fewer == 0 ? "" : ", " + fewer + " have fewer, " + none + " of them none: " + complaint),
                fewer == 0 ? ExitCode.DONE : ExitCode.COPIES_MISSING);
    }
}
