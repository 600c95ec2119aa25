/**
 * How fast and how small a node is, beside what its database could do alone: {@code ops/bench/run}.
 *
 * <p>{@link apidrive.bench.Bench} starts one PostgreSQL, configured as the embedded one, and nodes as processes of their
 * own; each {@link apidrive.bench.Contender} then has its turn in every round, so that whatever else the machine does
 * meets all of them. Ratios are taken within a round. {@link apidrive.bench.HttpConnection} writes requests by hand:
 * client, node and database share the cores, and what the client spends is missing elsewhere. It is shown for each.
 */
package apidrive.bench;
