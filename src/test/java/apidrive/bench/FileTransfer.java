package apidrive.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file put into a node, or got from it, with the command-line client; the process' start is part of its time. */
final class FileTransfer implements Contender {
    private static final int CHUNKS_A_MIB = 16;
    private static final long PATIENCE_MINUTES = 30;
    private static final int BLOCKS_AT_ONCE = 16;

    private final boolean put;
    private final int mebibytes;
    private final List<NodeHost> network;
    private final Path file;
    private final Path manifest;
    private final Path copy;
    private List<String> javaOptions = List.of();

    private FileTransfer(boolean put, int mebibytes, List<NodeHost> network, Path folder) {
        this.put = put;
        this.mebibytes = mebibytes;
        this.network = network;
        this.file = folder.resolve("file.bin");
        this.manifest = folder.resolve("file.apidrive");
        this.copy = folder.resolve("copy.bin");
    }

    /** A new file in {@code folder} each time; the node forgets its chunks. */
    static FileTransfer put(int mebibytes, NodeHost node, Path folder) {
        return new FileTransfer(true, mebibytes, List.of(node), folder);
    }

    /** The same file each time, put into the first of the nodes beforehand, which are a network and are to keep it. */
    static FileTransfer get(int mebibytes, List<NodeHost> network, Path folder) {
        return new FileTransfer(false, mebibytes, network, folder);
    }

    @Override
    public String name() {
        return "client: " + (put ? "put" : "get") + " of a file of " + mebibytes + " MiB";
    }

    @Override
    public int clients() {
        return 1;
    }

    @Override
    public void prepare() throws Exception {
        Files.createDirectories(file.getParent());
        first().server().get();
        if (!put) {
            write();
            runPut();
        }
    }

    @Override
    public List<Server> servers() throws Exception {
        return NodeHost.servers(network);
    }

    @Override
    public boolean isOnce() {
        return true;
    }

    @Override
    public void withJava(List<String> options) {
        javaOptions = options;
    }

    @Override
    public Worker worker(int number) throws Exception {
        if (put) {
            Files.deleteIfExists(manifest);
            write();
        }
        return new Worker() {
            @Override
            public int exchange() throws Exception {
                if (put) {
                    runPut();
                } else {
                    run("get", manifest.toString(), "--out", copy.toString(), "--quiet");
                }
                return mebibytes * CHUNKS_A_MIB;
            }

            @Override
            public void close() throws IOException {
                if (!put && Files.mismatch(file, copy) >= 0) {
                    throw new IllegalStateException("the file came back changed");
                }
            }
        };
    }

    @Override
    public void cleanUp() throws Exception {
        Files.deleteIfExists(put ? file : copy);
        first().forget().run();
    }

    private NodeHost first() {
        return network.get(0);
    }

    private void write() throws IOException {
        Block[] blocks = new Block[BLOCKS_AT_ONCE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes * CHUNKS_A_MIB; i++) {
                int slot = i % BLOCKS_AT_ONCE;
                blocks[slot] = blocks[slot] == null ? new Block() : blocks[slot];
                out.write(blocks[slot].next());
            }
        }
    }

    private void runPut() throws Exception {
        run("put", file.toString(), "--server", "http://127.0.0.1:" + first().port(), "--copies",
                Integer.toString(Math.min(NodeNetwork.COPIES, network.size())), "--out", manifest.toString(), "--quiet");
    }

    private void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(ServerProcess.java()));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", NodeProcess.war().toString()));
        command.addAll(List.of(arguments));
        Path said = file.resolveSibling("said");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", arguments) + " failed:\n" + Files.readString(said));
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
