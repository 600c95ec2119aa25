package apidrive.peer;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Key pairs that are the same in every run, made once: making one takes longer than a second of simulated gossip. */
final class SimKeys {
    private static final List<NodeKey> KEYS = new ArrayList<>();
    private static final SecureRandom REPEATABLE = new Repeatable();

    private SimKeys() {
    }

    static synchronized NodeKey get(int number) {
        while (KEYS.size() <= number) {
            KEYS.add(NodeKey.generate(REPEATABLE));
        }
        return KEYS.get(number);
    }

    private static final class Repeatable extends SecureRandom {
        private static final long serialVersionUID = 1;
        private final transient SplittableRandom random = new SplittableRandom(1);

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }
}
