package apidrive.name;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import apidrive.wire.NodeId;

/**
 * Some names of a namespace, ascending by code point.
 *
 * @param entries what is told of each
 * @param next    the name after which the list goes on; empty at its end
 * @param silent  servers that did not answer: names that none but these keep are missing
 */
public record NamePage<T>(List<T> entries, Optional<String> next, Set<NodeId> silent) {

    /** Of those that are {@code wanted} something else. */
    <S> NamePage<S> map(Predicate<T> wanted, Function<T, S> other) {
        return new NamePage<>(entries.stream().filter(wanted).map(other).toList(), next, silent);
    }
}
