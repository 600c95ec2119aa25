package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.wire.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The asking side of a conversation: greet; if the other knows far more, page through its list; otherwise narrow down
 * to the spans that differ, tell their rows, take what is newer there and give what is newer here. Where that takes
 * more than a few rounds, what is compared is drawn at random, so that the next conversations get to the rest.
 */
final class Comparison implements Exchange.Conversation {
    /** Above so many members on either side, ranges are split before rows are told. */
    private static final int SPLIT_ABOVE = 16_384;
    /** So many times as many members on the other side make this one page through all. */
    private static final int FAR_MORE = 2;
    private static final int FEW = 64;
    /** Most rounds of rows: bounds what a large network with much in flight spends on a conversation. */
    private static final int MAX_ROUNDS = 4;
    /** Most pages, lest another's list have no end. */
    private static final int MAX_PAGES = 8_192;

    private final Exchange exchange;
    private final Swim swim;
    private final MemberTable table;
    private final SplittableRandom random;
    private int asked = Exchange.GREET;
    private byte[] request;
    private Announcement partner;
    /** What is known to differ and waits for its round: ranges to split where {@code splits}, spans to tell of else. */
    private List<Span> differing = List.of();
    private boolean splits;
    private int rounds;
    private List<Span> splitting = List.of();
    private Set<NodeId> told = Set.of();
    private NodeId pageAfter = NodeId.LOWEST;
    private int pages;

    Comparison(Exchange exchange, Swim swim, MemberTable table) {
        this.exchange = exchange;
        this.swim = swim;
        this.table = table;
        this.random = new SplittableRandom(swim.draw());
        this.request = Exchange.begun(Exchange.GREET).putBytes(swim.self().packed()).putCount(table.size())
                .put64(Digests.root(table.digests())).toBytes();
    }

    @Override
    public Optional<byte[]> request() {
        return Optional.ofNullable(request);
    }

    @Override
    public Optional<Announcement> partner() {
        return Optional.ofNullable(partner);
    }

    @Override
    public void take(byte[] answer, long nanos) {
        request = null;
        Unpacker in = Exchange.opened(answer);
        switch (asked) {
            case Exchange.GREET -> greeted(in, nanos);
            case Exchange.SPLIT -> split(in);
            case Exchange.ROWS -> compared(in, nanos);
            case Exchange.PAGE -> paged(in, nanos);
            default -> nextRound();
        }
    }

    private void greeted(Unpacker in, long nanos) {
        partner = exchange.met(in, nanos);
        long members = in.getCount();
        if (in.get8() == 0) {
            return;
        }
        if (members > (long) FAR_MORE * table.size() + FEW) {
            askPage();
            return;
        }
        long[] mine = table.digests();
        differing = new ArrayList<>();
        for (int range = 0; range < Digests.RANGES; range++) {
            if (in.get64() != mine[range]) {
                differing.add(new Span(1, range));
            }
        }
        shuffle(differing);
        splits = Math.max(members, table.size()) > SPLIT_ABOVE;
        nextRound();
    }

    private void nextRound() {
        if (rounds++ < MAX_ROUNDS && !differing.isEmpty()) {
            if (splits) {
                askSplit();
            } else {
                differing = tellRows(1, differing);
            }
        }
    }

    private void askSplit() {
        asked = Exchange.SPLIT;
        int count = Math.min(Exchange.MAX_SPLIT, differing.size());
        splitting = differing.subList(0, count);
        differing = differing.subList(count, differing.size());
        Packer out = Exchange.begun(asked).putCount(splitting.size());
        splitting.forEach(span -> out.put8(span.prefix()));
        request = out.toBytes();
    }

    private void split(Unpacker in) {
        List<Span> parts = new ArrayList<>();
        for (Span span : splitting) {
            long[] mine = Digests.parts(table.entries(span.after(), span.last(), Integer.MAX_VALUE));
            for (int part = 0; part < Digests.RANGES; part++) {
                if (in.get64() != mine[part]) {
                    parts.add(span.part(part));
                }
            }
        }
        shuffle(parts);
        tellRows(2, parts);
        if (request == null) {
            nextRound();
        }
    }

    /** Tells the rows of as many spans as fit; returns the others. */
    private List<Span> tellRows(int bytes, List<Span> differ) {
        asked = Exchange.ROWS;
        List<Row> rows = new ArrayList<>();
        Packer spans = new Packer();
        int count = 0;
        for (Span span : differ) {
            List<Entry> mine = table.entries(span.after(), span.last(), Exchange.MAX_ROWS);
            if (rows.size() + mine.size() > Exchange.MAX_ROWS || count == Exchange.MAX_ROWS) {
                break;
            }
            mine.forEach(entry -> rows.add(Row.of(entry)));
            spans.putCount(span.prefix());
            count++;
        }
        told = new HashSet<>();
        rows.forEach(row -> told.add(row.id()));
        Packer out = Exchange.begun(asked).putCount(bytes).putCount(count).putRaw(spans.toBytes());
        Exchange.pack(rows, out);
        request = count == 0 ? null : out.toBytes();
        return differ.subList(count, differ.size());
    }

    private void compared(Unpacker in, long nanos) {
        List<Row> otherwise = Exchange.rows(in);
        int count = in.getCount(Exchange.MAX_ROWS);
        List<NodeId> wanted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            wanted.add(in.getId());
        }
        exchange.learn(Pages.unpack(in), true, nanos);
        swim.compare(otherwise, nanos);
        List<Entry> given = new ArrayList<>();
        for (NodeId id : wanted) {
            table.entry(id).filter(entry -> told.contains(id)).ifPresent(given::add);
        }
        if (!given.isEmpty()) {
            asked = Exchange.GIVE;
            Packer out = Exchange.begun(asked);
            Pages.pack(Pages.fitting(given), out);
            request = out.toBytes();
        } else {
            nextRound();
        }
    }

    private void askPage() {
        asked = Exchange.PAGE;
        request = Exchange.begun(asked).putId(pageAfter).toBytes();
    }

    private void paged(Unpacker in, long nanos) {
        NodeId last = in.getId();
        List<Entry> entries = Pages.unpack(in);
        if (last.compareTo(pageAfter) <= 0) {
            throw MALFORMED.because("a page that does not go on");
        }
        exchange.learn(entries, false, nanos);
        pageAfter = last;
        pages++;
        if (last.high() != -1 && pages < MAX_PAGES) {
            askPage();
        }
    }

    /** A random order (Fisher and Yates). */
    private void shuffle(List<Span> spans) {
        for (int i = spans.size() - 1; i > 0; i--) {
            spans.set(i, spans.set(random.nextInt(i + 1), spans.get(i)));
        }
    }
}
