package apidrive.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often what peers sent was refused since start, by reason. Threads may share it. */
public final class Refusals {
    private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);

    public Refusals() {
        for (Refusal reason : Refusal.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    public void count(Refusal reason) {
        counts.get(reason).increment();
    }

    public long of(Refusal reason) {
        return counts.get(reason).sum();
    }
}
