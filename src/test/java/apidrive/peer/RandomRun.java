package apidrive.peer;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A network that lives through whatever its seed brings, then is left in peace, and has to agree on the truth: what
 * each node really said, and which of them run. The judge reads tables; it knows nothing of how they came about.
 */
final class RandomRun {
    private static final int EVENTS = 25;
    /** Exchanges until two halves of a dozen nodes have met, several times over. */
    private static final double PEACE_PERIODS = 150;
    private static final long HOUR = 3_600_000_000_000L;

    private final SplittableRandom random;
    private final SimNetwork network;
    private final Set<Announcement> said = new HashSet<>();
    private int keys;

    RandomRun(long seed) {
        random = new SplittableRandom(seed);
        network = new SimNetwork(random.nextLong(), SwimSettings.DEFAULT);
        network.onSaid = said::add;
    }

    /** Lives it through; returns what is wrong in the end, empty when nothing is. */
    List<String> judged() {
        int size = 3 + random.nextInt(10);
        for (int i = 0; i < size; i++) {
            network.add(keys++).start(List.of());
            network.nodes.get(i).exchangeWith(network.nodes.get(random.nextInt(i + 1)).url());
        }
        network.loss = random.nextInt(3) * 0.1;
        network.doubled = random.nextInt(3) * 0.1;
        network.longestDelay = Duration.ofMillis(50 + random.nextInt(600));
        for (int i = 0; i < EVENTS; i++) {
            network.run(random.nextDouble() * 8);
            happen(network.nodes.get(random.nextInt(network.nodes.size())));
        }
        network.loss = 0;
        network.doubled = 0;
        network.longestDelay = Duration.ofMillis(80);
        network.connected = (from, to) -> true;
        network.nodes.forEach(SimNode::resume);
        network.nodes.stream().filter(SimNode::running).findFirst().ifPresent(this::introduceStrangers);
        network.run(PEACE_PERIODS);
        return faults();
    }

    /** Two who never heard of each other, nor of anybody that the other knows, meet by a URL only. */
    private void introduceStrangers(SimNode first) {
        network.nodes.stream().filter(node -> node.running() && node.sees(first) == Observed.FORGOTTEN)
                .forEach(node -> node.exchangeWith(first.url()));
    }

    private void happen(SimNode node) {
        switch (random.nextInt(12)) {
            case 0 -> node.crash(random.nextBoolean());
            case 1, 2 -> restart(node);
            case 3 -> node.pause();
            case 4 -> node.resume();
            case 5 -> node.clockAhead += random.nextLong(-48 * HOUR, 48 * HOUR);
            case 6 -> split();
            case 7 -> network.connected = (from, to) -> true;
            case 8 -> node.swim.announce(SimNode.profile(node.number).declaring(
                    Declared.values()[random.nextInt(3)]));
            default -> lie(node);
        }
    }

    private void restart(SimNode node) {
        if (!node.running()) {
            if (random.nextInt(3) == 0) {
                node.restartForgetful();
            } else {
                node.restart();
            }
        } else if (random.nextInt(4) == 0) {
            node.crash(true);
            node.restart();
        } else if (random.nextInt(4) == 0) {
            SimNode joining = network.add(keys++);
            joining.start(List.of());
            joining.exchangeWith(node.url());
        }
    }

    private void split() {
        int mask = random.nextInt();
        network.connected = (from, to) -> (mask >> from.number & 1) == (mask >> to.number & 1);
    }

    /** What a peer may send that means harm. */
    private void lie(SimNode to) {
        SimNode about = network.nodes.get(random.nextInt(network.nodes.size()));
        NodeId liar = NodeId.of(SimKeys.get(0).publicKey());
        long sequence = about.swim.self().sequence() + random.nextInt(3) - 1;
        byte[] forged = about.swim.self().toBytes();
        forged[Announcement.PROFILE_FROM - 1] += (byte) (1 + random.nextInt(100));
        List<Rumour> rumours = new ArrayList<>(List.of(new Rumour.Died(about.key.id(), Math.max(0, sequence), liar),
                new Rumour.Suspected(about.key.id(), Math.max(0, sequence), liar),
                new Rumour.Announced(Announcement.sign(about.key, "another network", SimNode.profile(99), 1L << 60))));
        if (forged[Announcement.BODY_FROM] >= 0) {
            rumours.add(new Rumour.Announced(Announcement.of(forged)));
        }
        byte[] message = MessageCodec.encode(new Message.Ping(liar, 1, to.key.id(), 1, rumours));
        if (random.nextInt(3) == 0) {
            message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (to.running()) {
            to.whenAwake(() -> {
                try {
                    to.serve(message);
                } catch (ProblemException refused) {
                    network.refused++;
                }
            });
        }
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (SimNode node : network.nodes) {
            if (node.running()) {
                network.nodes.forEach(other -> judge(node, other, faults));
                node.table.page(NodeId.LOWEST, MemberTable.MAX_PAGE).stream()
                        .filter(member -> !said.contains(member.announcement()))
                        .forEach(member -> faults.add(node.number + " keeps what nobody said: " + member));
            }
        }
        return faults;
    }

    private void judge(SimNode node, SimNode other, List<String> faults) {
        if (other.running() && !node.knows(other)) {
            faults.add(node.number + " sees the running " + other.number + " as " + node.sees(other) + " with "
                    + node.table.entry(other.key.id()) + ", it said " + network.truth.get(other.key.id()));
        }
        if (!other.running() && node.sees(other).compareTo(Observed.DEAD) < 0) {
            faults.add(node.number + " sees the stopped " + other.number + " as " + node.sees(other));
        }
    }
}
