package apidrive.peer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How often what peers sent was refused since start, by reason. Threads may share it. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Map<Refusal, LongAdder> counts = new EnumMap<>(Refusal.class);
    private volatile String misfit;

    public Refusals() {
        for (Refusal reason : Refusal.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    public void count(Refusal reason) {
        counts.get(reason).increment();
    }

    /** As {@link #count}, of nodes that do not fit together; {@code words} tell administrators why. */
    public void count(Refusal reason, String words) {
        count(reason);
        tell(words);
    }

    /** Why this node and another do not fit together, as either of them found. */
    public void tell(String words) {
        if (!words.equals(misfit)) {
            LOG.warn("{}", words);
            misfit = words;
        }
    }

    /** What was told last; empty when all fit together since start. */
    public Optional<String> misfit() {
        return Optional.ofNullable(misfit);
    }

    public long of(Refusal reason) {
        return counts.get(reason).sum();
    }
}
