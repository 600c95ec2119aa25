package apidrive.object;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import apidrive.chunk.Check;
import apidrive.chunk.Finding;
import apidrive.name.NameDrive;
import apidrive.name.NameRecord;
import apidrive.name.NameVersion;
import apidrive.problem.ProblemException;
import apidrive.repair.Whereabouts;
import apidrive.wire.ChunkId;

/**
 * Whether all of what this node's names mean, or meant in a version that is kept, is there: of each record that claims an object every
 * chunk of the tree. A name of which something is missing is looked up again in the network before that counts, since its deletion, or the
 * version that it has no room for any more, may be on its way here.
 */
public final class TreeCheck implements Check {
    private static final int PAGE = 512;  // chunks
    private static final int NAMES = 64;  // read at once
    private static final Duration LIMIT = Duration.ofSeconds(10);  // beyond which a call begins nothing more

    private final NameDrive names;
    private final ObjectReader reader;
    private final Whereabouts whereabouts;
    private final TreeDoubts doubts;
    private final InstantSource clock;

    /** {@code reader} reads trees without renewing anything. */
    public TreeCheck(NameDrive names, ObjectReader reader, Whereabouts whereabouts, TreeDoubts doubts, InstantSource clock) {
        this.names = names;
        this.reader = reader;
        this.whereabouts = whereabouts;
        this.doubts = doubts;
        this.clock = clock;
    }

    @Override
    public Page look(String after) {
        TreePlace place = TreePlace.parse(after);
        TreePieces pieces = new TreePieces(reader, PAGE, LIMIT);
        boolean isEnd = false;
        while (!isEnd && pieces.hasRoom()) {
            List<NameVersion> some = names.claiming(place.after(), NAMES);
            isEnd = some.size() < NAMES;
            for (NameVersion version : some) {
                if (!pieces.hasRoom()) {
                    isEnd = false;
                    break;
                }
                place = pieces.add(version, place);
            }
            isEnd &= place.isWhole();
        }
        return page(pieces, isEnd ? Optional.empty() : Optional.of(place.text()));
    }

    private Page page(TreePieces pieces, Optional<String> next) {
        Set<ChunkId> all = new HashSet<>();
        pieces.byName().values().forEach(some -> all.addAll(some.keySet()));
        Whereabouts.Answer answer = whereabouts.of(all);
        Instant now = clock.instant();
        List<Finding> findings = new ArrayList<>();
        long unknown = pieces.unknown();
        for (Map.Entry<NameVersion, Map<ChunkId, String>> one : pieces.byName().entrySet()) {
            TreeDoubts.Doubts some = doubts.of(one.getKey(), one.getValue(), pieces.broken(), answer, now);
            unknown += some.unknown();
            if (!some.findings().isEmpty()) {
                try {
                    findings.addAll(stands(one.getKey().record(), now) ? some.findings() : List.of());
                } catch (ProblemException e) {
                    unknown += some.findings().size();
                }
            }
        }
        return new Page(pieces.checked(), unknown, 0, findings, next, answer.silent());
    }

    /** Whether the name means what it did, or meant it lately, for the same holder. Throws NAME_AWAY. */
    private boolean stands(NameRecord name, Instant now) {
        return !name.isOver(now) && (names.names().findRecord(name.key()).filter(newest -> isSame(newest, name)).isPresent()
                || names.names().versions(name.key()).stream().anyMatch(version -> isSame(version, name)));
    }

    private static boolean isSame(NameRecord one, NameRecord other) {
        return one.version() == other.version() && one.root().equals(other.root()) && one.holder().equals(other.holder());
    }
}
