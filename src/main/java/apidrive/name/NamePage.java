package apidrive.name;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import apidrive.wire.NodeId;

/**
 * Some names of a namespace, ascending by code point.
 *
 * @param next   the name after which the list goes on; empty at its end
 * @param silent servers that did not answer: names that none but these keep are missing
 */
public record NamePage(List<NameRecord> records, Optional<String> next, Set<NodeId> silent) {
}
