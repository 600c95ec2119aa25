package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.Optional;
import java.util.function.Consumer;

/** This node in its own words: its key and its newest announcement. */
final class Self {
    private final NodeKey key;
    private final String network;
    private final Consumer<Announcement> persist;
    private Announcement announcement;

    /** Goes on with what it said last, {@code kept}, where that is still so; a restart is no news then. */
    Self(NodeKey key, String network, Profile profile, long lastSequence, Optional<Announcement> kept,
         Consumer<Announcement> persist) {
        this.key = key;
        this.network = network;
        this.persist = persist;
        long last = Math.max(lastSequence, kept.map(Announcement::sequence).orElse(0L));
        announcement = kept.filter(said -> said.sequence() == last && said.profile().equals(profile))
                .orElseGet(() -> sign(profile, last + 1));
    }

    NodeId id() {
        return key.id();
    }

    Announcement announcement() {
        return announcement;
    }

    long sequence() {
        return announcement.sequence();
    }

    /** Says {@code profile} with a sequence above its own and above {@code sequence}. */
    Announcement outbid(Profile profile, long sequence) {
        return sign(profile, Math.max(sequence, announcement.sequence()) + 1);
    }

    /** Takes back an announcement that was its own: of before a restore, or of another process on the same database. */
    void adopt(Announcement newer) {
        announcement = newer;
        persist.accept(newer);
    }

    private Announcement sign(Profile profile, long sequence) {
        announcement = Announcement.sign(key, network, profile, sequence);
        persist.accept(announcement);
        return announcement;
    }
}
