package apidrive.peer;

import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a list of many members costs: heap, look-up, and the transfer by which a node joins. Run with the number of
 * members, 1,000,000 by default, and 2 GiB of heap.
 */
final class MemberScale {
    private static final int LOOKUPS = 1_000_000;
    private static final int SIGNATURES = 500;

    private MemberScale() {
    }

    public static void main(String[] arguments) {
        int members = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        MemberTable table = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
        long before = heap();
        List<NodeId> some = fill(table, members, 1);
        long heap = heap() - before;
        System.out.println("| members | heap | heap a member | look-up | joining transfers | a member "
                + "| a signature verified |");
        System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        long transfer = transfer(table);
        System.out.printf(Locale.ROOT, "| %,d | %.0f MB | %.0f B | %.2f us | %.1f MB | %.1f B | %.2f ms |%n", members,
                heap / 1e6, (double) heap / members, lookup(table, some), transfer / 1e6, (double) transfer / members,
                verification());
    }

    /** Fills the table with members of a census and returns a thousandth of their ids. */
    static List<NodeId> fill(MemberTable table, int members, long seed) {
        Census census = new Census(seed);
        List<NodeId> some = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            Announcement announcement = census.next();
            table.put(announcement, Observed.ALIVE, Duration.ofSeconds(i % 5_000));
            table.told(announcement.id(), new Vitals(i, 0.3f));
            if (i % 1_000 == 0) {
                some.add(announcement.id());
            }
        }
        return some;
    }

    /** Bytes that travel while a new node joins through one that knows all of the table, both ways, without HTTP. */
    static long transfer(MemberTable full) {
        SimNetwork network = new SimNetwork(1, SwimSettings.DEFAULT);
        Exchange told = exchange(network, full, 0);
        MemberTable empty = new MemberTable(Duration.ofMinutes(10), Duration.ofDays(7));
        Exchange.Conversation joining = exchange(network, empty, 1).begin();
        long bytes = 0;
        for (Optional<byte[]> request = joining.request(); request.isPresent(); request = joining.request()) {
            byte[] answer = told.answer(request.get(), 0);
            bytes += request.get().length + answer.length;
            joining.take(answer, 0);
        }
        if (empty.size() != full.size()) {
            throw new IllegalStateException("joined with " + empty.size() + " of " + full.size());
        }
        return bytes;
    }

    /** Bytes in use once the garbage is gone. */
    static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Microseconds to find a member by its id. */
    static double lookup(MemberTable table, List<NodeId> ids) {
        SplittableRandom random = new SplittableRandom(1);
        long found = 0;
        long nanos = 0;
        for (int round = 0; round < 2; round++) {
            long began = System.nanoTime();
            for (int i = 0; i < LOOKUPS; i++) {
                found += table.find(ids.get(random.nextInt(ids.size()))).isPresent() ? 1 : 0;
            }
            nanos = System.nanoTime() - began;
        }
        if (found != 2L * LOOKUPS) {
            throw new IllegalStateException("a member was not found");
        }
        return nanos / 1e3 / LOOKUPS;
    }

    static Exchange exchange(SimNetwork network, MemberTable table, int key) {
        Refusals refusals = new Refusals();
        Swim swim = new Swim(network.settings, SimKeys.get(key), SimNetwork.NAME, SimNode.profile(key), 0, table,
                Optional::of, refusals, new SplittableRandom(key), announcement -> { }, () -> Vitals.NONE, 0);
        return new Exchange(swim, table, Optional::of, refusals);
    }

    private static double verification() {
        Announcement announcement = Announcement.sign(SimKeys.get(0), SimNetwork.NAME, SimNode.profile(0), 1);
        long nanos = 0;
        for (int round = 0; round < 3; round++) {
            long began = System.nanoTime();
            for (int i = 0; i < SIGNATURES; i++) {
                announcement.verify(SimNetwork.NAME);
            }
            nanos = System.nanoTime() - began;
        }
        return nanos / 1e6 / SIGNATURES;
    }
}
