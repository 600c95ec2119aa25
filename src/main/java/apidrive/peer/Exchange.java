package apidrive.peer;

import static apidrive.problem.Problem.FORBIDDEN;
import static apidrive.problem.Problem.MALFORMED;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the whole list with another node and mends the difference both ways; the same conversation is how a node
 * joins. Threads may share it. Each side verifies what the other sends before it takes it. The answering side keeps
 * nothing between requests.
 */
public final class Exchange {
    /** Most bytes of a request or an answer; read no more than that. */
    public static final int MAX_BYTES = 1 << 20;
    static final int FORMAT = 1;
    /** Asks whether the lists are the same. */
    static final int GREET = 1;
    /** Asks for the digests of the parts of some ranges. */
    static final int SPLIT = 2;
    /** Tells all rows of some spans; the answer tells what is otherwise. */
    static final int ROWS = 3;
    /** Hands over entries that the other asked for. */
    static final int GIVE = 4;
    /** Asks for a page of the whole list. */
    static final int PAGE = 5;
    /** Most rows in a request. */
    static final int MAX_ROWS = 4_096;
    /** Most ranges to split in a request: 2 KiB of digests each. */
    static final int MAX_SPLIT = 16;
    private static final NodeId HIGHEST = new Span(1, Digests.RANGES - 1).last();

    private final Swim swim;
    private final MemberTable table;
    private final Admission admission;
    private final Refusals refusals;

    public Exchange(Swim swim, MemberTable table, Admission admission, Refusals refusals) {
        this.swim = swim;
        this.table = table;
        this.admission = admission;
        this.refusals = refusals;
    }

    /** Whom to compare with next, once every {@link SwimSettings#exchange}: mostly somebody alive, at times somebody
     * dead, so that two halves of a split network find each other again. Empty when nobody else is known. */
    public Optional<Member> partner() {
        return swim.partner().flatMap(table::find);
    }

    /** Begins a conversation with whoever answers at a URL: a partner's, or one to join through. */
    public Conversation begin() {
        return new Comparison(this, swim, table);
    }

    /** The answer to a request of another node's conversation. May wait for a name service. Throws MALFORMED, and
     * FORBIDDEN when the other's announcement is refused. */
    public byte[] answer(byte[] request, long nanos) {
        try {
            Unpacker in = opened(request);
            return switch (in.get8()) {
                case GREET -> greeted(in, nanos);
                case SPLIT -> split(in);
                case ROWS -> compared(in, nanos);
                case GIVE -> given(in, nanos);
                case PAGE -> page(in.getId());
                default -> throw MALFORMED.because("an exchange of an unknown kind");
            };
        } catch (ProblemException e) {
            if (e.problem() == MALFORMED) {
                refusals.count(Refusal.MALFORMED);
            }
            throw e;
        }
    }

    /**
     * One side of a conversation: {@code while (c.request().isPresent()) c.take(post(c.request().get()), now)}. Used
     * by one thread at a time; given up at the first failure, nothing of what was taken is lost.
     */
    public interface Conversation {
        /** What to send next, at most {@link #MAX_BYTES}; empty when all has been said. */
        Optional<byte[]> request();

        /** The answer to it. May wait for a name service. Throws MALFORMED, and FORBIDDEN as {@link #answer} does. */
        void take(byte[] answer, long nanos);

        /** Who answered; empty before the first answer. */
        Optional<Announcement> partner();
    }

    static Unpacker opened(byte[] body) {
        Unpacker in = Unpacker.bounded(body, MAX_BYTES);
        if (in.get8() != FORMAT) {
            throw MALFORMED.because("an exchange of another format than " + FORMAT);
        }
        return in;
    }

    static Packer begun(int kind) {
        return new Packer().put8(FORMAT).put8(kind);
    }

    static void pack(List<Row> rows, Packer out) {
        out.putCount(rows.size());
        rows.forEach(row -> out.putId(row.id()).putCount(row.sequence()).put8(row.observed().ordinal()));
    }

    static List<Row> rows(Unpacker in) {
        int count = in.getCount(2 * MAX_ROWS);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(in.getId(), in.getCount(), in.getOneOf(Observed.values())));
        }
        return rows;
    }

    /** Reads who the other is and takes its word; throws FORBIDDEN when it is refused. */
    Announcement met(Unpacker in, long nanos) {
        Announcement other = Announcement.of(in.getBytes(Announcement.MAX_BYTES));
        if (other.sequence() > table.sequence(other.id())) {
            Announcement admitted = admission.admit(other)
                    .orElseThrow(() -> FORBIDDEN.because("the announcement of " + other.id() + " is refused"));
            swim.learn(List.of(new Entry(admitted, Observed.ALIVE, Duration.ZERO)), true, nanos);
        }
        return other;
    }

    /** Verifies what is new among the entries and takes it. */
    void learn(List<Entry> entries, boolean spread, long nanos) {
        List<Entry> admitted = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.announcement().sequence() > table.sequence(entry.announcement().id())) {
                admission.admit(entry.announcement()).ifPresent(announcement ->
                        admitted.add(new Entry(announcement, entry.observed(), entry.since())));
            }
        }
        swim.learn(admitted, spread, nanos);
    }

    private byte[] greeted(Unpacker in, long nanos) {
        met(in, nanos);
        in.getCount();
        long[] digests = table.digests();
        Packer out = new Packer().put8(FORMAT).putBytes(swim.self().packed()).putCount(table.size());
        if (in.get64() == Digests.root(digests)) {
            return out.put8(0).toBytes();
        }
        out.put8(1);
        for (long digest : digests) {
            out.put64(digest);
        }
        return out.toBytes();
    }

    private byte[] split(Unpacker in) {
        int count = in.getCount(MAX_SPLIT);
        Packer out = new Packer().put8(FORMAT);
        for (int i = 0; i < count; i++) {
            for (long digest : Digests.parts(entries(new Span(1, in.get8()), Integer.MAX_VALUE))) {
                out.put64(digest);
            }
        }
        return out.toBytes();
    }

    private byte[] compared(Unpacker in, long nanos) {
        List<Span> spans = spans(in);
        List<Row> theirs = rows(in);
        Map<NodeId, Row> missing = new HashMap<>();
        theirs.forEach(row -> missing.put(row.id(), row));
        List<Row> otherwise = new ArrayList<>();
        List<Entry> newer = new ArrayList<>();
        int budget = 2 * MAX_ROWS;
        for (Span span : spans) {
            List<Entry> mine = entries(span, budget);
            budget -= mine.size();
            for (Entry entry : mine) {
                Row own = Row.of(entry);
                Row row = missing.get(own.id());
                if (row != null && row.sequence() <= own.sequence()) {
                    missing.remove(own.id());
                }
                if (row == null && own.observed() != Observed.FORGOTTEN
                        || row != null && row.sequence() < own.sequence()) {
                    newer.add(entry);
                } else if (row != null && row.sequence() == own.sequence() && row.observed() != own.observed()) {
                    otherwise.add(own);
                }
            }
        }
        swim.compare(theirs, nanos);
        Packer out = new Packer().put8(FORMAT);
        pack(otherwise, out);
        List<NodeId> wanted = missing.values().stream().filter(row -> row.observed() != Observed.FORGOTTEN)
                .map(Row::id).sorted().toList();
        out.putCount(wanted.size());
        wanted.forEach(out::putId);
        Pages.pack(Pages.fitting(newer), out);
        return out.toBytes();
    }

    private byte[] given(Unpacker in, long nanos) {
        learn(Pages.unpack(in), true, nanos);
        return new byte[] {FORMAT};
    }

    private byte[] page(NodeId after) {
        List<Entry> entries = Pages.fitting(table.entries(after, HIGHEST, Pages.MAX_ENTRIES));
        NodeId last = entries.isEmpty() ? HIGHEST : entries.get(entries.size() - 1).announcement().id();
        Packer out = new Packer().put8(FORMAT).putId(last);
        Pages.pack(entries.stream().filter(entry -> entry.observed() != Observed.FORGOTTEN).toList(), out);
        return out.toBytes();
    }

    private List<Entry> entries(Span span, int limit) {
        return table.entries(span.after(), span.last(), limit);
    }

    private static List<Span> spans(Unpacker in) {
        int bytes = in.getCount(2);
        int count = in.getCount(MAX_ROWS);
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spans.add(new Span(bytes, in.getCount(bytes == 1 ? 0xFF : 0xFFFF)));
        }
        return spans;
    }
}
