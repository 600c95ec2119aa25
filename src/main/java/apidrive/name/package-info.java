/**
 * Names for objects: each a versioned record on the servers that the hash of namespace and name belongs on.
 *
 * <p>{@link apidrive.name.Names} is what doors call. A name is put at all its holders at once ({@code Keeping}), asked for at all of
 * them at once ({@code Asking}), and the newest record counts; who should have it and does not is given it on the way. A list is put
 * together from all servers' own ({@code Listing}), and so is what somebody looks for by other things than a name ({@code Searching},
 * {@code NameSearch}). Nodes ask each other for what is on a {@code NameShelf}: their own names.
 *
 * <p>Six jobs see to the rest, each node for itself: {@code NameDelivery} tells who was away, {@code NameSync} compares with every
 * other server and takes what is lacking, {@code NameHandover} gives what belongs elsewhere to its holders, {@code NameCleaning} forgets
 * deletions after 60 days, {@code NameKeeping} renews the leases of what has a name, {@code NameEnding} ends what was to live for a chosen time. They are simpler than those of chunks
 * ({@link apidrive.repair}): records are small and few, so that sums of parts and pages of marks do without finer sums, and a row that
 * is told twice is the same row. {@link apidrive.name.NameDrive} puts all of it together.
 *
 * <p>What a node keeps of a name ({@code NameTable}) is a function of the set of all records it ever heard of: the newest ten, and none
 * below a deletion. So nodes that tell each other what they have come to keep the same, in whatever order they hear of it. Of records
 * of one version, which two authors may give at the same time, the greater root counts, and then the greater sum of all that is said.
 *
 * <p>What many put at one node at the same time shares a few transactions ({@code LocalNames}), for a small object is four names, and a
 * flush of each costs more than all that is written. A name that is new to a node is written once, as the newest of its records; only
 * where something was known of it the records are ranked.
 *
 * <p>A version is the author's clock, raised above the version replaced; in the name of a holder that was named before it is just above that
 * version, since a deletion that ends him may be on its way. Whoever keeps a record answers with the version that counts, and an author who
 * was overtaken puts his once more: the last to be answered is the one that counts, also where clocks differ, but for those who were
 * overtaken by the same record, of whom one counts everywhere. A deletion leaves room above the version that it found, so that none of these
 * outranks it. Two who put one immutable name at the same moment through different nodes may both be told that they succeeded; one of them
 * did. To refuse the other before it is answered takes a majority of holders for every put, and with two of three away nobody could put
 * anything. A version more than a day ahead of a holder's clock is refused, so that nobody can take a name for ever.
 *
 * <p>What a name means is kept for a holder that its record carries, and for no other name. Whoever puts a name that means the object already
 * leaves its holder in place, and a deletion that he has not heard of takes what he said with the name: so it is where the servers that
 * acknowledged one and the other are not the same. A node that drops a record, below a deletion or beyond the tenth, notes in the same transaction that its
 * holder has ended: since what is dropped follows from what was heard, all that keep the name come to say the same. Counting names
 * by object was rejected: a count is right only where every change is heard once, and these are heard often, late and in any order.
 *
 * <p>A name may end by itself. Its record says when, by its author's clock: how long is left would be another text on every server and
 * at every moment, and records are compared by sums. So a name ends early or late by as much as the clocks of its author and of whoever
 * reads differ, which versions are open to as well. How long its claims go on travels as what is left, and they end with it. The deletion
 * at the end has the end for its version: whoever writes it says the same, and what was put since counts. It is no member of the
 * document but stands among the metadata, since servers of earlier builds pass those on.
 *
 * <p>What names stand for is counted where they are written ({@code NameLedger}): whatever changes which record of a name counts says so in
 * the same transaction, and {@code UsageCheck} compares. To count by a trigger was rejected: who reads the statements would not see it.
 *
 * <p>Every object has a name for each hash of its bytes ({@link apidrive.name.HashNames}), so that any node finds it by any of them. A
 * table of hashes beside the names was rejected: it would be kept, synced and mended the same way.
 */
package apidrive.name;
