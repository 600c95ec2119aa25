package apidrive.door.dtfc;

import static apidrive.problem.Problem.BUSY;
import static apidrive.problem.Problem.DIGEST_MISMATCH;
import static apidrive.problem.Problem.NAME_AWAY;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Loads from servers of the original what no node keeps, at most once at a time for each content, and keeps it: all of it is here and
 * hashes to what was asked for before anything is given out. Threads share it.
 */
public final class Loading {
    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);
    private static final long MOST_LEFT_ALONE = 10_000;
    private static final Duration RETRY = Duration.ofMinutes(2);  // what the words for it say

    private final PeerList list;
    private final PeerReader reader;
    private final Storing storing;
    private final Contents contents;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    /** Peers that could not be asked lately. */
    private final Cache<URI, Boolean> away =
            Caffeine.newBuilder().maximumSize(MOST_LEFT_ALONE).expireAfterWrite(LEFT_ALONE).executor(Runnable::run).build();

    public Loading(PeerList list, PeerReader reader, Storing storing, Contents contents) {
        this.list = list;
        this.reader = reader;
        this.storing = storing;
        this.contents = contents;
    }

    /**
     * The content, kept from now on, at the cost of the quota of who asks; empty when no peer has it, or it is not to be seen. Throws BUSY
     * while another loads it, NAME_AWAY where a peer could not be asked, and what a store throws.
     */
    Optional<Content> load(String sha512, HttpServletRequest sender) {
        List<URI> peers = list.peers();
        if (peers.isEmpty() || contents.isHidden(sha512)) {
            return Optional.empty();
        }
        if (!underWay.add(sha512)) {
            throw BUSY.because("it is being loaded from another server", RETRY);
        }
        try {
            Optional<Content> meanwhile = contents.find(sha512);
            return meanwhile.isPresent() ? meanwhile : load(sha512, peers, sender);
        } finally {
            underWay.remove(sha512);
        }
    }

    /** Reads the list of peers again. */
    void refresh() {
        list.refresh();
    }

    private Optional<Content> load(String sha512, List<URI> peers, HttpServletRequest sender) {
        List<URI> notAsked = new ArrayList<>();
        for (URI peer : peers) {
            if (away.getIfPresent(peer) != null) {
                notAsked.add(peer);
                continue;
            }
            try {
                Optional<Content> content = load(sha512, peer, sender);
                if (content.isPresent()) {
                    return content;
                }
            } catch (IOException e) {
                LOG.info("a dtfc peer does not give what it was asked for peer={} cause={}", peer, e.toString());
                away.put(peer, Boolean.TRUE);
                notAsked.add(peer);
            }
        }
        if (!notAsked.isEmpty()) {
            throw NAME_AWAY.because("servers that may keep it could not be asked", RETRY);
        }
        return Optional.empty();
    }

    private Optional<Content> load(String sha512, URI peer, HttpServletRequest sender) throws IOException {
        Optional<Download> found = reader.open(peer, sha512);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (Download download = found.get()) {
            Content content = storing.keep(sha512, download, sender);
            LOG.info("content loaded sha512={} from={} bytes={}", sha512, peer, content.record().size());
            return Optional.of(content);
        } catch (ProblemException e) {
            if (e.problem() != DIGEST_MISMATCH) {
                throw e;
            }
            LOG.warn("a dtfc peer gave other bytes than it was asked for peer={} sha512={}", peer, sha512);
            return Optional.empty();
        }
    }
}
