package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The news a node still passes on: of each member the newest only, the least told first, among equals the newest. */
final class Rumours {
    /** Most rumours kept; then the most told gives way. */
    private static final int MAX_RUMOURS = 4_096;

    private final Map<NodeId, Told> byNode = new HashMap<>();
    private final TreeSet<Told> byTimes = new TreeSet<>(Comparator.comparingInt((Told told) -> told.times)
            .thenComparingLong(told -> -told.serial));
    private long serial;

    /** Begins to pass a rumour on, instead of what was told of the same node before. */
    void add(Rumour rumour) {
        forget(rumour.about());
        Told told = new Told(rumour, 0, serial++);
        byNode.put(rumour.about(), told);
        byTimes.add(told);
        if (byNode.size() > MAX_RUMOURS) {
            byNode.remove(byTimes.pollLast().rumour.about());
        }
    }

    int size() {
        return byNode.size();
    }

    /** The rumours to put on the back of a message, within so many bytes; each is told {@code limit} times in all. */
    List<Rumour> take(int maxBytes, int limit) {
        List<Told> taken = new ArrayList<>();
        int bytes = 0;
        for (Told told : byTimes) {
            int size = MessageCodec.size(told.rumour);
            if (bytes + size <= maxBytes) {
                bytes += size;
                taken.add(told);
            }
            if (maxBytes - bytes < MessageCodec.SMALLEST_RUMOUR) {
                break;
            }
        }
        for (Told told : taken) {
            byTimes.remove(told);
            if (told.times + 1 >= limit) {
                byNode.remove(told.rumour.about());
            } else {
                Told again = new Told(told.rumour, told.times + 1, told.serial);
                byNode.put(told.rumour.about(), again);
                byTimes.add(again);
            }
        }
        return taken.stream().map(Told::rumour).toList();
    }

    private void forget(NodeId about) {
        Told before = byNode.remove(about);
        if (before != null) {
            byTimes.remove(before);
        }
    }

    private record Told(Rumour rumour, int times, long serial) {
    }
}
