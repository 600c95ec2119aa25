package apidrive.bench;

import java.util.List;
import java.util.UUID;

import apidrive.wire.ChunkId;

/** The servers that contenders share, and what is kept in them to be retrieved; each is started when it is first asked. */
final class Hosts {
    /** Chunks that fit into any cache. */
    static final int HOT = 256;

    /** What is kept, and bytes that the database grew by for each byte of it. */
    record Kept(List<ChunkId> ids, double databaseRatio) {
    }

    private static final String TOMCAT = "node in Tomcat";

    private final Stage stage;
    private final Plan plan;
    final NodeHost storing;
    final NodeHost cold;
    final NodeHost hot;
    final NodeHost tomcatStoring;
    final NodeHost tomcatHot;
    final FileHost fileServlet;
    final FileHost nginx;
    final Lazy<Kept> kept = new Lazy<>(this::fill);
    final Lazy<List<ChunkId>> ids = new Lazy<>(() -> kept.get().ids());
    final Lazy<List<ChunkId>> hotIds;
    /** The path of an object in the node without a cache. */
    final Lazy<String> object;
    /** Keys of rows in the plain table. */
    final Lazy<List<UUID>> keys;

    Hosts(Stage stage, Plan plan) {
        this.stage = stage;
        this.plan = plan;
        storing = new NodeHost("node", stage.jetty("storing", Stage.STORED), this::forget);
        cold = new NodeHost("node", stage.jetty("cold", Stage.KEPT, "--cache-bytes=0", ObjectReaders.OPTION));
        hot = new NodeHost("node", stage.jetty("hot", Stage.KEPT));
        tomcatStoring = new NodeHost(TOMCAT, stage.tomcat("tomcat-storing", Stage.STORED), this::forget);
        tomcatHot = new NodeHost(TOMCAT, stage.tomcat("tomcat-hot", Stage.KEPT));
        fileServlet = files("file servlet", FileKind.SOS, "servlet", FileServerProcess::new);
        nginx = files("nginx", FileKind.PLAIN, "nginx", NginxProcess::new);
        hotIds = new Lazy<>(() -> ids.get().subList(0, Math.min(HOT, plan.chunks())));
        object = new Lazy<>(() -> ObjectTransfer.store(cold.port(), plan.objectMebibytes()));
        keys = new Lazy<>(() -> BareSelect.fill(stage.pool().get(), plan.chunks()));
    }

    private FileHost files(String label, FileKind kind, String name, Stage.Maker<Server> maker) {
        return new FileHost(label, kind, "", stage.lazy(name, maker), stage.folder().resolve(name).resolve("files"));
    }

    private void forget() throws Exception {
        stage.databases().forget(Stage.STORED);
    }

    /** Through the node without a cache, whose database is empty before. */
    private Kept fill() throws Exception {
        cold.server().get();
        long empty = stage.databases().bytes(Stage.KEPT);
        List<ChunkId> stored = cold.fill(plan.chunks());
        return new Kept(stored, (stage.databases().bytes(Stage.KEPT) - empty) / (double) Block.BYTES / plan.chunks());
    }
}
