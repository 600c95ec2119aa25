package apidrive.chunk;

import apidrive.wire.IdPrefix;

/**
 * A digest of the chunks in one part of all ids of which the same number of copies is wanted: two nodes with equal summaries
 * keep the same ones, but for one in 2^64 by accident.
 *
 * @param count how many there are, at least 1
 * @param sum   the exclusive or of PostgreSQL's {@code uuid_hash_extended(id, 0)} of each
 */
public record Summary(IdPrefix prefix, int copies, long count, long sum) {
}
