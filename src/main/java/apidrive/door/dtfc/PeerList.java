package apidrive.door.dtfc;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.peer.PeerAddress;
import apidrive.peer.PeerFailure;

/**
 * Servers of the original, as its peer list has them: a base URL in each line, which the path of a request is put behind; lines that are
 * blank, and this node itself, are passed over. Read again when the file changes. Threads share it.
 */
public final class PeerList {
    private static final Logger LOG = LoggerFactory.getLogger(PeerList.class);
    private static final long MOST_BYTES = 1L << 20;

    /** What the file said when it looked so. */
    private record Read(FileTime changedAt, long size, List<URI> peers) {
        private static final Read NOTHING = new Read(FileTime.fromMillis(0), -1, List.of());
    }

    private final Optional<Path> file;
    private final URI own;
    private final PeerAddress addresses;
    private Read last = Read.NOTHING;

    /** {@code own} is how others reach this node; {@code addresses} tells whom it may speak to. */
    public PeerList(Optional<Path> file, URI own, PeerAddress addresses) {
        this.file = file;
        this.own = own;
        this.addresses = addresses;
    }

    /** In the file's order, without a slash at their ends; those of before where it cannot be read. */
    synchronized List<URI> peers() {
        if (file.isPresent()) {
            try {
                FileTime changedAt = Files.getLastModifiedTime(file.get());
                long size = Files.size(file.get());
                if (!changedAt.equals(last.changedAt()) || size != last.size()) {
                    last = new Read(changedAt, size, read(file.get(), size));
                    LOG.info("list of dtfc peers read file={} peers={}", file.get(), last.peers().size());
                }
            } catch (IOException e) {
                LOG.warn("list of dtfc peers cannot be read file={} cause={}", file.get(), e.toString());
            }
        }
        return last.peers();
    }

    /** Reads the file, whether or not it looks changed. */
    synchronized void refresh() {
        last = new Read(Read.NOTHING.changedAt(), Read.NOTHING.size(), last.peers());
        peers();
    }

    private List<URI> read(Path path, long size) throws IOException {
        if (size > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        List<URI> peers = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            try {
                if (!line.isBlank()) {
                    peers.add(addresses.parse(line.strip()));
                }
            } catch (PeerFailure refused) {
                LOG.warn("list of dtfc peers file={} {}", path, refused.getMessage());
            }
        }
        peers.removeIf(peer -> peer.equals(own) || peer.toString().startsWith(own + "/"));
        return peers.stream().distinct().toList();
    }
}
