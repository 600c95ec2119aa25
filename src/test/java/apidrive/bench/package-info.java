/**
 * How fast and how small a node is, beside what its database could do alone and beside servers of plain files:
 * {@code ops/bench/run}.
 *
 * <p>{@link apidrive.bench.Bench} asks each {@link apidrive.bench.Section} for its part of the report. The
 * {@link apidrive.bench.Stage} starts what they need when it is first needed: one PostgreSQL, configured as the embedded
 * one, and every {@link apidrive.bench.Server} as a process of its own. The {@link apidrive.bench.Catalogue} lists the
 * contenders; each {@link apidrive.bench.Contender} has its turn in every round, so that whatever else the machine does
 * meets all of them, and ratios are taken within a round.
 *
 * <p>{@link apidrive.bench.Rates} are those of closed loops, in which a slow answer delays the next question and so hides
 * itself. {@link apidrive.bench.Latencies} therefore come from an {@link apidrive.bench.OpenLoop}: requests are due at a
 * fixed rate, and wait at their own expense. {@link apidrive.bench.HttpConnection} writes requests by hand: client, servers
 * and database share the cores, and what the client spends is missing elsewhere. It is shown for each. A load generator
 * made for it (wrk, k6) would cost less or more but could not make every chunk a new one and check what comes back.
 *
 * <p>A {@link apidrive.bench.NodeNetwork} is measured as its users see it ({@link apidrive.bench.NetworkStores},
 * {@link apidrive.bench.NetworkRetrievals}), those that know its list of servers ({@link apidrive.bench.HolderStore}) and those that do
 * not, and at what it does for itself ({@link apidrive.bench.NetworkHeal}, {@link apidrive.bench.NetworkCompare}); its nodes share the
 * machine with each other, so that every copy costs the same cores again.
 */
package apidrive.bench;
