/**
 * Where chunks and peers meet: what is stored through one node comes to be on several, and stays there.
 *
 * <p>{@link apidrive.repair.NetworkChunks} is what the doors call. A store goes by {@link apidrive.repair.Spreading} to the
 * holders that {@link apidrive.placement} names, by {@link apidrive.repair.Couriers}; {@link apidrive.repair.Spread} keeps the
 * books of one store. One that keeps the chunk notes in its own transaction who is owed a copy, in the
 * {@link apidrive.repair.HealQueue}. A read that
 * finds nothing here goes by {@link apidrive.repair.Fetching} to the holders, and what is fetched time and again is kept in
 * {@link apidrive.repair.CachedReplicas}, on which nobody counts.
 *
 * <p>Nodes ask each other for what is on a {@link apidrive.repair.Shelf}: their own chunks, never what they would have to fetch.
 * Four jobs mend what is not as it should be, each node for itself: {@link apidrive.repair.Sync} finds what is missing here,
 * {@link apidrive.repair.Heal} makes the copies, {@link apidrive.repair.Handover} lets go of what belongs elsewhere once all
 * its holders have it, {@link apidrive.repair.Scrub} finds what is damaged. {@link apidrive.repair.Budget} paces them. All of
 * them take clock, random and the way to peers as arguments, so that the same classes run in the node and in a simulation.
 *
 * <p>Who finds by asking ({@link apidrive.repair.Whereabouts}) that copies are missing orders them ({@link apidrive.repair.CopyOrders}): they
 * are needs like others, paced like them.
 *
 * <p>What is known of all copies is put together by a {@link apidrive.repair.Surveyor}, for the page when it is asked, and every half
 * minute for metrics and, in a {@link apidrive.repair.SurveyBook}, for SQL. Placement in SQL was rejected: it would be the same function
 * a third time, in a language whose logarithm is not the same everywhere.
 *
 * <p>A retrieval renews one copy, and the others follow when leases are compared, within two days. Where less than three were left of
 * a lease, {@link apidrive.repair.LateLeases} tells the other holders soon: else theirs would end meanwhile, and the loss of the one
 * that was renewed would lose the chunk. Telling them each time was rejected: most renewals come weeks before the end.
 *
 * <p>Copies travel with their claims. A server of an earlier build is sent them without, and what comes without them has a plain lease:
 * nothing is lost that is not known. {@link apidrive.repair.Holding} renews what a holder claims and lets go of it when he ends, by telling
 * every server his name; each finds in its own rows what that means. Whoever was away asks the others what ended meanwhile. To tell only
 * those servers that keep something of an object was rejected: that of any size is on nearly all of them. Nobody ends another's
 * holders in an open network: there claims end by themselves, since their names renew them no more.
 *
 * <p>A coordinator that repairs for all was rejected: it is one more thing to lose, and what it believes of others is old. Sync
 * pulls: a node knows best what it lacks, and one that is full or leaving is asked for nothing. Merkle trees kept up with every
 * store were rejected: three levels of sums, made when they are asked for, cost a scan of small rows every ten minutes and
 * nothing on the way of a store. What came first, a store or a deletion, is told by how long ago each was: a number that counts
 * the deletions of a chunk was rejected, for a node that missed some counts on from too few, and its deletions then spare what
 * they should take, or its stores are taken that should stay. The number that a deletion has tells it from others and orders
 * nothing: whoever hears of it again, and so late, knows it by that, and keeps the earliest time. A quorum on reads was rejected:
 * bytes follow from the id, so one good answer is all there is to know.
 */
package apidrive.repair;
