package apidrive.name;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import apidrive.wire.NodeId;

/**
 * Some names that were looked for, ascending by place: a search goes through so many at a time and may have found none yet.
 *
 * @param next   the place after which it goes on; empty at its end
 * @param silent servers that did not answer: names that none but these keep are missing
 */
public record NameFindings(List<NameRecord> records, Optional<NamePlace> next, Set<NodeId> silent) {
}
