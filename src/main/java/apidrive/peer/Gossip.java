package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this node believes of others and passes on. A newer announcement beats every rumour about an older one; death
 * beats suspicion, suspicion beats life (SWIM §4.2). Not for threads: {@link Swim} holds the lock.
 */
final class Gossip {
    /** Most announcements waiting for {@link Swim#settle}, and most members waiting for a probe out of turn. */
    private static final int MAX_WAITING = 1_024;

    private final SwimSettings settings;
    private final Self self;
    private final MemberTable table;
    private final Refusals refusals;
    private final LocalHealth health;
    private final Rumours rumours = new Rumours();
    private final Map<NodeId, Suspicion> suspicions = new HashMap<>();
    private final Set<Announcement> waiting = new LinkedHashSet<>();
    /** Whom to probe out of turn, and whether somebody holds it for dead already. */
    private final Map<NodeId, Boolean> doubted = new LinkedHashMap<>();
    private long mayRefuteAt;
    private boolean accused;

    Gossip(SwimSettings settings, Self self, MemberTable table, Refusals refusals, LocalHealth health) {
        this.settings = settings;
        this.self = self;
        this.table = table;
        this.refusals = refusals;
        this.health = health;
        announceSelf();
    }

    void hear(List<Rumour> heard, long now) {
        heard.forEach(rumour -> hear(rumour, now));
    }

    private void hear(Rumour rumour, long now) {
        boolean mine = rumour.about().equals(self.id());
        long known = mine ? self.sequence() : table.sequence(rumour.about());
        if (rumour.sequence() < known) {
            refusals.count(Refusal.OLDER_SEQUENCE);
        } else if (rumour instanceof Rumour.Announced announced) {
            if (rumour.sequence() > known && waiting.size() < MAX_WAITING) {
                waiting.add(announced.announcement());
            }
        } else if (known < 0 || rumour.sequence() > known) {
            refusals.count(Refusal.UNKNOWN_NODE);
        } else if (mine) {
            refute(now);
        } else if (rumour instanceof Rumour.Suspected suspected) {
            suspect(rumour.about(), known, suspected.by(), now);
        } else {
            die(rumour);
        }
    }

    /** A row of another's list: what it holds of a node at the sequence that is known here. */
    void compare(NodeId id, long sequence, Observed theirs, long now) {
        if (id.equals(self.id())) {
            if (sequence == self.sequence() && theirs != Observed.ALIVE) {
                refute(now);
            }
        } else if (sequence == table.sequence(id) && theirs.compareTo(Observed.DEAD) >= 0) {
            if (table.reachable(id)) {
                doubt(id, true);
            } else if (theirs == Observed.FORGOTTEN) {
                table.forgetToo(id);
            }
        }
    }

    /** Takes an admitted announcement; {@code spread} passes it on. */
    void accept(Announcement announcement, boolean spread) {
        NodeId id = announcement.id();
        if (id.equals(self.id())) {
            recall(announcement);
        } else if (table.announced(announcement)) {
            suspicions.remove(id);
            if (spread) {
                rumours.add(new Rumour.Announced(announcement));
            }
        } else if (announcement.sequence() > table.sequence(id)) {
            refusals.count(Refusal.TABLE_FULL);
        }
    }

    /** Takes what another node tells of a third. Its death is believed only where nobody alive is known here. */
    void learn(Entry entry, boolean spread) {
        Announcement announcement = entry.announcement();
        NodeId id = announcement.id();
        if (entry.observed() != Observed.DEAD || id.equals(self.id())) {
            accept(announcement, spread);
        } else if (table.reachable(id)) {
            accept(announcement, spread);
            doubt(id, true);
        } else {
            table.put(announcement, Observed.DEAD, entry.since());
        }
    }

    /** This node's own probe failed. */
    void accuse(NodeId id, long sequence, long now) {
        if (table.sequence(id) == sequence) {
            suspect(id, sequence, self.id(), now);
        }
    }

    /** Says {@code profile} from now on. */
    void announce(Profile profile) {
        self.outbid(profile, 0);
        announceSelf();
    }

    /** Declares dead who did not object in time, and objects itself if it had to hold back. */
    void tick(long now) {
        if (accused) {
            refute(now);
        }
        List<NodeId> expired = new ArrayList<>();
        suspicions.forEach((id, suspicion) -> {
            if (suspicion.deadline() <= now) {
                expired.add(id);
            }
        });
        expired.stream().sorted().forEach(id -> die(new Rumour.Died(id, table.sequence(id), self.id())));
    }

    /** When {@link #tick} has something to do next. */
    long due() {
        return suspicions.values().stream().mapToLong(Suspicion::deadline).min().orElse(Long.MAX_VALUE);
    }

    /** The announcements that wait to be admitted; they wait no longer. */
    List<Announcement> takeWaiting() {
        List<Announcement> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /**
     * A member to probe out of turn, with what its ping should begin with; empty when there is none. Whom another holds
     * for dead is told so, that it may object; everybody else learns from the objection.
     */
    Optional<Doubt> takeDoubted() {
        while (!doubted.isEmpty()) {
            Map.Entry<NodeId, Boolean> first = doubted.entrySet().iterator().next();
            NodeId id = first.getKey();
            boolean heldForDead = first.getValue();
            doubted.remove(id);
            if (table.reachable(id)) {
                return Optional.of(new Doubt(id, heldForDead
                        ? List.of(new Rumour.Died(id, table.sequence(id), self.id())) : warning(id)));
            }
        }
        return Optional.empty();
    }

    /** Has a member probed out of turn. */
    void doubt(NodeId id, boolean heldForDead) {
        if (doubted.size() < MAX_WAITING) {
            doubted.merge(id, heldForDead, Boolean::logicalOr);
        }
    }

    /** What to put on a message's back. {@code first} goes before the rest. */
    List<Rumour> news(List<Rumour> first) {
        int bytes = first.stream().mapToInt(MessageCodec::size).sum();
        List<Rumour> news = new ArrayList<>(first);
        news.addAll(rumours.take(settings.rumourBytes() - bytes,
                settings.retransmissions() * (Integer.SIZE - Integer.numberOfLeadingZeros(table.reachable()))));
        return news;
    }

    /** What the node of this id should hear of itself first of all: Lifeguard's buddy system (§IV.C). */
    List<Rumour> warning(NodeId id) {
        return switch (table.observed(id)) {
            case SUSPECT -> List.of(new Rumour.Suspected(id, table.sequence(id), self.id()));
            case DEAD -> List.of(new Rumour.Died(id, table.sequence(id), self.id()));
            case ALIVE, FORGOTTEN -> List.of();
        };
    }

    private void suspect(NodeId id, long sequence, NodeId by, long now) {
        if (!table.reachable(id)) {
            return;
        }
        Suspicion suspicion = suspicions.get(id);
        if (suspicion == null) {
            table.observe(id, Observed.SUSPECT);
            long shortest = (long) (settings.suspicion() * Math.max(1, Math.log10(table.reachable()))
                    * settings.period().toNanos());
            suspicions.put(id, new Suspicion(by, now, shortest, settings.patience() * shortest,
                    Math.min(settings.confirmations(), table.reachable() - 2)));
        } else if (!table.reachable(by) || !suspicion.confirm(by)) {
            return;
        }
        rumours.add(new Rumour.Suspected(id, sequence, by));
    }

    private void die(Rumour rumour) {
        if (table.reachable(rumour.about())) {
            suspicions.remove(rumour.about());
            table.observe(rumour.about(), Observed.DEAD);
            rumours.add(rumour);
        }
    }

    /** Objects to an accusation by a newer announcement; once a period at most, lest a liar make it babble. */
    private void refute(long now) {
        accused = now < mayRefuteAt;
        if (!accused) {
            mayRefuteAt = now + settings.period().toNanos();
            health.worsen(1);
            announce(self.announcement().profile());
        }
    }

    /** Others have an announcement of this node that it forgot, or that a process on the same database made. */
    private void recall(Announcement newer) {
        if (newer.sequence() > self.sequence()) {
            if (newer.profile().equals(self.announcement().profile())) {
                self.adopt(newer);
                table.announced(newer);
            } else {
                self.outbid(self.announcement().profile(), newer.sequence());
                announceSelf();
            }
        }
    }

    private void announceSelf() {
        accused = false;
        if (table.announced(self.announcement())) {
            rumours.add(new Rumour.Announced(self.announcement()));
        }
    }

    /** Whom to probe out of turn, and the rumours of it that the ping should carry first. */
    record Doubt(NodeId id, List<Rumour> first) {
    }
}
