package apidrive.door.dtfc;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import apidrive.problem.ProblemException;
import apidrive.wire.Disposition;

/** A content on its way from a peer, which goes on by itself where the connection breaks off. One thread reads it. */
final class Download extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int MOST_BREAKS = 3;

    /** The same again from a byte on; empty when the peer has it no more. */
    interface Rest {
        Optional<PeerReader.Reply> from(long offset) throws IOException;
    }

    private final Rest rest;
    private final PeerReader.Patience patience;
    private final String peer;
    private final long length;
    private final Optional<String> fileName;
    private final long beganNanos = System.nanoTime();
    private PeerReader.Reply reply;
    private InputStream body;
    private long taken;
    private int breaks;

    Download(PeerReader.Reply reply, Rest rest, PeerReader.Patience patience, String peer) throws IOException {
        this.reply = reply;
        this.body = reply.answer().getEntity().getContent();
        this.length = reply.answer().getEntity().getContentLength();
        this.fileName = Optional.ofNullable(reply.answer().getFirstHeader("Content-Disposition")).map(Header::getValue)
                .flatMap(Download::name);
        this.rest = rest;
        this.patience = patience;
        this.peer = peer;
    }

    /** What the peer calls it; empty where it says nothing that can be read. */
    Optional<String> fileName() {
        return fileName;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
        while (true) {
            try {
                int read = taken == length ? -1 : body.read(into, offset, (int) Math.min(most, length - taken));
                if (read < 0 && taken < length) {
                    throw new IOException("it ended after " + taken + " of " + length + " bytes");
                }
                taken += Math.max(0, read);
                requireQuick();
                return read;
            } catch (IOException e) {
                if (++breaks > MOST_BREAKS || e instanceof Slow) {
                    throw e;
                }
                LOG.debug("a peer broke off peer={} after={}", peer, taken, e);
                goOn();
            }
        }
    }

    /** Leaves what did not come. */
    @Override
    public void close() {
        reply.close();
    }

    private void goOn() throws IOException {
        reply.close();
        reply = rest.from(taken).orElseThrow(() -> new IOException(peer + " has it no more"));
        Header range = reply.answer().getFirstHeader("Content-Range");
        if (taken > 0 && (range == null || !range.getValue().strip().startsWith("bytes " + taken + "-"))) {
            throw new IOException(peer + " goes on elsewhere than it was asked to");
        }
        body = reply.answer().getEntity().getContent();
    }

    /** However little comes each time, all of it comes in a time that its length tells. */
    private void requireQuick() throws Slow {
        double seconds = (System.nanoTime() - beganNanos - patience.grace().toNanos()) / 1e9;
        if (seconds > 0 && taken < seconds * patience.leastRate()) {
            throw new Slow(peer + " gave " + taken + " bytes in " + Math.round(seconds + patience.grace().toSeconds()) + " s");
        }
    }

    private static Optional<String> name(String field) {
        try {
            return Disposition.fileName(field).filter(name -> !name.isBlank());
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    /** A peer that is not worth waiting for. */
    private static final class Slow extends IOException {
        private static final long serialVersionUID = 1L;

        private Slow(String why) {
            super(why);
        }
    }
}
