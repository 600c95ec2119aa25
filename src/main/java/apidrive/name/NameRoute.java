package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import apidrive.peer.PeerRoute;
import apidrive.placement.Placement;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/**
 * The calls of {@link NameShelf} as routes below {@code /api/peer/}. Bodies and answers are BSON documents, one after another; each is
 * checked before it is used.
 */
enum NameRoute {
    FIND((shelf, body) -> shelf.find(body.stream().map(NameDocument::key).toList())
            .thenApply(found -> found.values().stream().map(NameDocument::of).toList())),
    KEEP((shelf, body) -> shelf.keep(rest(body).stream().map(NameDocument::record).toList(), nodes(first(body)))
            .thenApply(versions -> versions.stream().map(version -> new Document().with(Member.VERSION, version)).toList())),
    LIST((shelf, body) -> {
        Document query = first(body);
        return shelf.list(text(query, Member.NAMESPACE), text(query, Member.PREFIX), text(query, Member.AFTER), limit(query))
                .thenApply(NameRoute::records);
    }),
    SEARCH((shelf, body) -> {
        if (body.size() != 2) {
            throw MALFORMED.because("a search has a query, and a place to go on from");
        }
        return shelf.search(NameDocument.query(first(body)), NameDocument.place(body.get(1)), limit(first(body)))
                .thenApply(found -> Stream.concat(Stream.of(found.next().map(NameDocument::of).orElseGet(Document::new)),
                        found.records().stream().map(NameDocument::of)).toList());
    }),
    VERSIONS((shelf, body) -> shelf.versions(NameDocument.key(first(body))).thenApply(NameRoute::records)),
    PARTS((shelf, body) -> shelf.parts(bits(first(body))).thenApply(parts ->
            List.of(new Document().with(Member.PARTS, NamePart.write(parts))))),
    MARKS((shelf, body) -> {
        List<NameMark> after = NameMark.read(bytes(first(body), Member.AFTER));
        if (after.size() != 1) {
            throw MALFORMED.because("the mark to go on from is missing");
        }
        return shelf.marks(within(first(body)), after.get(0))
                .thenApply(marks -> List.of(new Document().with(Member.MARKS, NameMark.write(marks))));
    }),
    WANTED((shelf, body) -> shelf.wanted(holders(first(body)))
            .thenApply(wanted -> List.of(holders(wanted)))),
    RECORDS((shelf, body) -> {
        List<NameMark> marks = NameMark.read(bytes(first(body), Member.MARKS));
        if (marks.size() > NameShelf.MOST) {
            throw MALFORMED.because("a call has at most " + NameShelf.MOST + " names");
        }
        return shelf.records(marks).thenApply(NameRoute::records);
    });

    private static final int MOST_OWED = 16;
    /** Bytes of a record at most, and of what comes with it. */
    private static final int RECORD = 16_384;

    /** Members of bodies. */
    static final class Member {
        static final String VERSION = "Version";
        static final String OWED = "Owed";
        static final String NAMESPACE = "Namespace";
        static final String PREFIX = "Prefix";
        static final String AFTER = "After";
        static final String LIMIT = "Limit";
        static final String BITS = "Bits";
        static final String PARTS = "Parts";
        static final String MARKS = "Marks";
        static final String HOLDERS = "Holders";

        private Member() {
        }
    }

    private final BiFunction<NameShelf, List<Document>, CompletableFuture<List<Document>>> answer;

    NameRoute(BiFunction<NameShelf, List<Document>, CompletableFuture<List<Document>>> answer) {
        this.answer = answer;
    }

    /** Below the context. */
    String path() {
        return "/api/peer/name-" + name().toLowerCase(Locale.ROOT);
    }

    /** The longest answer to, or request of, so many records or keys. */
    static int mostBytes(int records) {
        return (records + 1) * RECORD;
    }

    /** The route for peers, to the names on {@code shelf}. */
    PeerRoute to(NameShelf shelf) {
        return new PeerRoute() {
            @Override
            public String path() {
                return NameRoute.this.path();
            }

            @Override
            public int mostBytes() {
                return NameRoute.mostBytes(NameShelf.MOST);
            }

            @Override
            public List<ByteBuffer> handle(NodeId sender, byte[] body) {
                return List.of(ByteBuffer.wrap(answer(shelf, body)));
            }
        };
    }

    /** What {@code shelf} answers to the body. Throws MALFORMED, and what the shelf throws. */
    byte[] answer(NameShelf shelf, byte[] body) {
        List<Document> documents = Format.BSON.readDocuments(body);
        if (documents.size() > NameShelf.MOST + 1) {
            throw MALFORMED.because("a call has at most " + NameShelf.MOST + " names");
        }
        try {
            return Format.BSON.write(answer.apply(shelf, documents).join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private static List<Document> records(List<NameRecord> records) {
        return records.stream().map(NameDocument::of).toList();
    }

    private static Document first(List<Document> body) {
        if (body.isEmpty()) {
            throw MALFORMED.because("the body is empty");
        }
        return body.get(0);
    }

    private static List<Document> rest(List<Document> body) {
        first(body);
        return body.subList(1, body.size());
    }

    private static String text(Document document, String member) {
        return document.text(member).orElseThrow(() -> MALFORMED.because("the member " + member + " is missing"));
    }

    static byte[] bytes(Document document, String member) {
        return document.bytes(member).orElseThrow(() -> MALFORMED.because("the member " + member + " is missing"));
    }

    static Document holders(Collection<UUID> holders) {
        ByteBuffer bytes = ByteBuffer.allocate(holders.size() * 2 * Long.BYTES);
        holders.forEach(holder -> bytes.putLong(holder.getMostSignificantBits()).putLong(holder.getLeastSignificantBits()));
        return new Document().with(Member.HOLDERS, bytes.array());
    }

    /** Throws MALFORMED. */
    static List<UUID> holders(Document document) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(document, Member.HOLDERS));
        if (bytes.remaining() % (2 * Long.BYTES) != 0 || bytes.remaining() > NameShelf.MOST_HOLDERS * 2 * Long.BYTES) {
            throw MALFORMED.because("a call has at most " + NameShelf.MOST_HOLDERS + " holders, of 16 bytes each");
        }
        List<UUID> holders = new ArrayList<>();
        while (bytes.hasRemaining()) {
            holders.add(new UUID(bytes.getLong(), bytes.getLong()));
        }
        return holders;
    }

    private static int limit(Document document) {
        long limit = document.number(Member.LIMIT).orElse(0);
        if (limit < 1 || limit > NameShelf.MOST) {
            throw MALFORMED.because("a page of names has 1 to " + NameShelf.MOST);
        }
        return (int) limit;
    }

    private static int bits(Document document) {
        long bits = document.number(Member.BITS).orElse(-1);
        if (bits < 0 || bits > Placement.MAX_BITS) {
            throw MALFORMED.because("parts have 0 to " + Placement.MAX_BITS + " bits");
        }
        return (int) bits;
    }

    private static List<IdPrefix> within(Document document) {
        int bits = bits(document);
        List<IdPrefix> within = new ArrayList<>();
        for (Object part : document.get(Member.PARTS, List.class).orElse(List.of())) {
            if (!(part instanceof Long value) || value < 0 || value >= 1L << bits || within.size() == NameShelf.MOST_PARTS) {
                throw MALFORMED.because("no part of " + bits + " bits, or too many: " + part);
            }
            within.add(new IdPrefix(bits, value));
        }
        return within;
    }

    private static Set<NodeId> nodes(Document document) {
        Set<NodeId> nodes = new HashSet<>();
        for (Object node : document.get(Member.OWED, List.class).orElse(List.of())) {
            if (!(node instanceof byte[] bytes) || bytes.length != NodeId.BYTES) {
                throw MALFORMED.because("a server's id has " + NodeId.BYTES + " bytes");
            }
            nodes.add(NodeId.ofBytes(bytes));
        }
        if (nodes.size() > MOST_OWED) {
            throw MALFORMED.because("a name is owed to " + MOST_OWED + " servers at most");
        }
        return nodes;
    }
}
