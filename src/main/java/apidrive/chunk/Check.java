package apidrive.chunk;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import apidrive.wire.NodeId;

/** Compares things that should agree, a page at a time. What is found is so at one moment. Threads share it. */
public interface Check {
    /**
     * What came of a page.
     *
     * @param checked  things that were looked at
     * @param unknown  of these could not be told, since servers were silent
     * @param ending   of these are claims whose holders have ended: the job that frees them comes to them
     * @param next     where to go on; empty at the end
     * @param silent   servers that did not answer although they may know
     */
    record Page(long checked, long unknown, long ending, List<Finding> findings, Optional<String> next, Set<NodeId> silent) {
        /** Of what this node knows by itself. */
        public Page(long checked, long ending, List<Finding> findings, Optional<String> next) {
            this(checked, 0, ending, findings, next, Set.of());
        }
    }

    /** The page after {@code after}, the first for an empty text; throws MALFORMED for a text that was no page's {@code next}. */
    Page look(String after);
}
