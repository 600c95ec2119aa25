package apidrive.peer;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The URLs that this node joins by: those of its settings, and those of a file that may change while it runs. */
final class Seeds {
    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);
    private static final long MOST_BYTES = 16L << 20;

    private final List<URI> fixed;
    private final Optional<Path> file;
    private final PeerAddress addresses;
    private String text = "";
    private List<URI> ofFile = List.of();

    Seeds(List<URI> fixed, Optional<Path> file, PeerAddress addresses) {
        this.fixed = fixed;
        this.file = file;
        this.addresses = addresses;
    }

    /** Reads the file again; true when it says something else than before. One that cannot be read says what it said. */
    boolean refresh() {
        if (file.isEmpty()) {
            return false;
        }
        try {
            String now = Files.exists(file.get()) && Files.size(file.get()) <= MOST_BYTES ? Files.readString(file.get()) : text;
            if (now.equals(text)) {
                return false;
            }
            text = now;
        } catch (IOException e) {
            LOG.warn("join file cannot be read file={} cause={}", file.get(), e.toString());
            return false;
        }
        SeedFile read = SeedFile.parse(text);
        read.faults().forEach(fault -> LOG.warn("join file={} {}", file.get(), fault));
        List<URI> urls = new ArrayList<>();
        for (String url : read.urls()) {
            try {
                urls.add(addresses.parse(url));
            } catch (PeerFailure refused) {
                LOG.warn("join file={} {}", file.get(), refused.getMessage());
            }
        }
        ofFile = List.copyOf(urls);
        LOG.info("join file read file={} servers={}", file.get(), ofFile.size());
        return true;
    }

    List<URI> urls() {
        return Stream.concat(fixed.stream(), ofFile.stream()).distinct().toList();
    }
}
