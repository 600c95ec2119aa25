package apidrive.peer;

import apidrive.wire.NodeId;
import java.util.HashSet;
import java.util.Set;

/** One probe under way: the ping, then the helpers, until the period is over. */
final class Probe {
    private final NodeId target;
    private final long sequence;
    private final long helpAt;
    private final Set<Long> calls = new HashSet<>();
    private boolean answered;
    private boolean helped;
    private int missing;
    private int asked;

    /** {@code sequence} is the target's as known when it was pinged; {@code helpAt} is when helpers are asked. */
    Probe(NodeId target, long sequence, long helpAt) {
        this.target = target;
        this.sequence = sequence;
        this.helpAt = helpAt;
    }

    NodeId target() {
        return target;
    }

    long sequence() {
        return sequence;
    }

    void sent(Call call) {
        calls.add(call.number());
        if (call.kind() == Call.Kind.PING_REQUEST) {
            missing++;
            asked++;
        }
    }

    boolean owns(Call call) {
        return calls.contains(call.number());
    }

    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    /** A helper says that it got no answer either. */
    void nacked(Call call) {
        if (calls.remove(call.number())) {
            missing--;
        }
    }

    boolean askedNobody() {
        return asked == 0;
    }

    /** Helpers of whom nothing was heard. */
    int missing() {
        return missing;
    }

    long helpAt() {
        return helpAt;
    }

    boolean needsHelp() {
        return !answered && !helped;
    }

    void helpAsked() {
        helped = true;
    }
}
