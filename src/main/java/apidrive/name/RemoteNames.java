package apidrive.name;

import static apidrive.problem.Problem.MALFORMED;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import apidrive.name.NameRoute.Member;
import apidrive.wire.Document;
import apidrive.wire.Format;
import apidrive.wire.IdPrefix;
import apidrive.wire.NodeId;

/** Another node's names, over HTTP. What comes back is checked: a peer can tell of nothing that was not asked for. */
final class RemoteNames implements NameShelf {
    /** One exchange with the node: the body of its answer, of at most {@code mostBytes}; fails with a ProblemException. */
    interface Call {
        CompletableFuture<byte[]> post(NameRoute route, byte[] body, int mostBytes);
    }

    private static final int FRAME = 256;  // bytes of a body beside its marks, sums, or holders
    private static final int HOLDER_BYTES = 16;

    private final Call call;
    private final InstantSource clock;

    RemoteNames(Call call, InstantSource clock) {
        this.call = call;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Map<NameKey, NameRecord>> find(List<NameKey> keys) {
        return post(NameRoute.FIND, keys.stream().map(NameDocument::of).toList(), keys.size()).thenApply(answer -> {
            Map<NameKey, NameRecord> found = new HashMap<>();
            Set<NameKey> asked = new HashSet<>(keys);
            answer.stream().map(NameDocument::record)
                    .filter(record -> asked.contains(record.key()) && !LocalNames.isAhead(record, clock.instant()))
                    .forEach(record -> found.put(record.key(), record));
            return found;
        });
    }

    @Override
    public CompletableFuture<List<Long>> keep(List<NameRecord> records, Set<NodeId> owed) {
        List<Document> body = new ArrayList<>(List.of(new Document().with(Member.OWED, owed.stream().map(NodeId::toBytes).toList())));
        records.forEach(record -> body.add(NameDocument.of(record)));
        return post(NameRoute.KEEP, body, records.size()).thenApply(answer -> {
            if (answer.size() != records.size()) {
                throw MALFORMED.because(answer.size() + " answers to " + records.size() + " names");
            }
            return answer.stream().map(one -> one.number(Member.VERSION)
                    .orElseThrow(() -> MALFORMED.because("an answer without a version"))).toList();
        });
    }

    @Override
    public CompletableFuture<List<NameRecord>> list(String namespace, String prefix, String after, int limit) {
        return post(NameRoute.LIST, List.of(new Document().with(Member.NAMESPACE, namespace).with(Member.PREFIX, prefix)
                .with(Member.AFTER, after).with(Member.LIMIT, limit)), limit).thenApply(answer -> answer.stream().map(NameDocument::record)
                .filter(record -> record.key().namespace().equals(namespace) && record.key().name().startsWith(prefix)).toList());
    }

    @Override
    public CompletableFuture<NameFindings> search(NameQuery query, NamePlace after, int limit) {
        List<Document> body = List.of(NameDocument.of(query).with(Member.LIMIT, limit), NameDocument.of(after));
        return post(NameRoute.SEARCH, body, limit).thenApply(answer -> {
            if (answer.isEmpty()) {
                throw MALFORMED.because("no place to which the server has looked");
            }
            Optional<NamePlace> next = Optional.of(answer.get(0)).filter(place -> !place.members().isEmpty()).map(NameDocument::place);
            if (next.isPresent() && next.get().compareTo(after) <= 0) {
                throw MALFORMED.because("a search that does not get on");
            }
            return new NameFindings(answer.subList(1, answer.size()).stream().map(NameDocument::record).filter(query::matches).toList(),
                    next, Set.of());
        });
    }

    @Override
    public CompletableFuture<List<NameRecord>> versions(NameKey key) {
        return post(NameRoute.VERSIONS, List.of(NameDocument.of(key)), NameTable.VERSIONS).thenApply(answer -> answer.stream()
                .map(NameDocument::record).filter(record -> record.key().equals(key)).toList());
    }

    @Override
    public CompletableFuture<List<NamePart>> parts(int bits) {
        return call.post(NameRoute.PARTS, Format.BSON.write(new Document().with(Member.BITS, bits)), FRAME + (NamePart.BYTES << bits))
                .thenApply(answer -> NamePart.read(NameRoute.bytes(Format.BSON.readDocument(answer), Member.PARTS), bits));
    }

    @Override
    public CompletableFuture<List<NameMark>> marks(List<IdPrefix> within, NameMark after) {
        byte[] body = Format.BSON.write(new Document().with(Member.BITS, within.get(0).bits())
                .with(Member.PARTS, within.stream().map(IdPrefix::value).toList()).with(Member.AFTER, NameMark.write(List.of(after))));
        return call.post(NameRoute.MARKS, body, FRAME + MOST_MARKS * NameMark.BYTES).thenApply(answer -> {
            List<NameMark> marks = NameMark.read(NameRoute.bytes(Format.BSON.readDocument(answer), Member.MARKS));
            NameMark last = after;
            for (NameMark mark : marks) {
                if (mark.compareTo(last) <= 0) {
                    throw MALFORMED.because("marks of names that do not ascend");
                }
                last = mark;
            }
            return marks;
        });
    }

    @Override
    public CompletableFuture<Set<UUID>> wanted(List<UUID> holders) {
        return call.post(NameRoute.WANTED, Format.BSON.write(NameRoute.holders(holders)), FRAME + holders.size() * HOLDER_BYTES)
                .thenApply(answer -> {
                    Set<UUID> wanted = new HashSet<>(holders);
                    wanted.retainAll(new HashSet<>(NameRoute.holders(Format.BSON.readDocument(answer))));
                    return wanted;
                });
    }

    @Override
    public CompletableFuture<List<NameRecord>> records(List<NameMark> marks) {
        Set<NameMark> asked = new HashSet<>(marks);
        return post(NameRoute.RECORDS, List.of(new Document().with(Member.MARKS, NameMark.write(marks))), marks.size()).thenApply(answer ->
                answer.stream().map(NameDocument::record).filter(record -> asked.contains(record.mark())).toList());
    }

    private CompletableFuture<List<Document>> post(NameRoute route, List<Document> body, int records) {
        return call.post(route, Format.BSON.write(body), NameRoute.mostBytes(records)).thenApply(Format.BSON::readDocuments);
    }
}
