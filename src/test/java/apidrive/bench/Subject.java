package apidrive.bench;

/** One of the nodes of {@link Many}, and what was seen of it. */
final class Subject {
    final String database;
    final int count;
    final SmallChunks chunks;
    final Entry retrieve;
    final Entry store;
    final Lazy<Server> server;
    double fillSeconds;

    Subject(Stage stage, String database, int clients, int count) {
        this.database = database;
        this.count = count;
        this.server = stage.jetty(database, database, "--cache-bytes=0");
        this.chunks = new SmallChunks(new NodeHost("node", server), clients, count);
        this.retrieve = new Entry(chunks.retrieve());
        this.store = new Entry(chunks.store());
    }
}
