/**
 * The core: what it means to keep a chunk.
 *
 * <p>{@link apidrive.chunk.ChunkService} is what the doors call. Stores go through {@link apidrive.chunk.GroupCommit},
 * where concurrent ones share a transaction and each is answered only after its commit was flushed, as names and uploads do above; retrievals go through
 * {@link apidrive.chunk.ChunkCache}, which has a {@link apidrive.chunk.DirectAnswer} of what is retrieved most, and
 * {@link apidrive.chunk.GroupRead}, where concurrent ones share statements, and what else asks the store through a bounded
 * {@link apidrive.chunk.Turnstile}. A
 * {@link apidrive.chunk.ChunkStore} keeps the rows; {@link apidrive.chunk.Lease} is the arithmetic of expiry;
 * {@link apidrive.chunk.Renewals} gathers the leases that retrievals renew and writes them together.
 *
 * <p>Bytes stand apart from what is known of them, in partitions by the epoch in which they fall due
 * ({@link apidrive.chunk.Epochs}). {@link apidrive.chunk.EpochJob} makes partitions ahead, carries renewed chunks out of
 * a due one and drops it. A partition is addressed by its own name: one join over all of them was measured to cost
 * three times as much, since every partition is opened to be pruned. Deleting expired rows one by one was rejected: it
 * writes as much WAL as the data had, and frees nothing until a vacuum.
 *
 * <p>What is deleted before it is due goes in two steps: its row, and with it the slot, at once, its bytes a batch at a time
 * ({@link apidrive.chunk.Leftovers}, {@link apidrive.chunk.LeftoverJob}). Both in one transaction was measured to take 5 s for 1 GiB right
 * after a checkpoint, where slots are free in less than 2 s now. Leaving the bytes for the drop of their partition was rejected: whoever
 * stores and deletes without end would fill the disk within a lifetime. A put that inserts a row takes what is left of that chunk away
 * before it writes the bytes anew; to take them over was rejected, since nobody knows whether they are sound.
 *
 * <p>Other nodes keep copies as well. A {@link apidrive.chunk.Put} says how many are wanted, and its transaction notes which nodes
 * are still owed one, so that no crash forgets it. Peers compare and walk what is kept by an
 * {@link apidrive.chunk.Inventory}. A deletion leaves a {@link apidrive.chunk.Tombstone}, and waits for puts under way: with row
 * locks alone a copy that comes meanwhile, unseen until its commit, would outlive it. Keeping sums of the parts up to date
 * was rejected: every store would have to change them, and reading the small rows takes a third of a second a million.
 *
 * <p>A chunk that nobody claims has one plain lease, its row, which retrievals renew. Holders may claim it ({@link apidrive.chunk.Claim}):
 * each claim is a row of {@code lease}, {@code expires_at} stays the end of the last of all, by which everything else goes, and
 * {@code plain_until} notes when the plain lease ends, so that it goes on beside claims and after them, and a retrieval renews it and no
 * claim. A row of {@code lease} for the plain one as well was rejected: a retrieval would have to read it, and a put that finds the chunk
 * to write it. When a holder ends ({@link apidrive.chunk.EndedLeases}) his rows go by an index that leads with him, and each chunk for
 * which nothing is left with them, in one transaction. To be told which chunks those are was rejected: the tree of an object would
 * have to be read, which may be half gone by then, and what a killed upload held nobody could name. Whoever touches claims locks the row
 * of the chunk first: so a put that claims a chunk comes before an end, and the chunk stays, or after, and stores it anew. A claim ends
 * a lifetime after it was last renewed, never sooner, since a tombstone is measured against when a lease began.
 *
 * <p>What rows and claims say of each other, and counts of rows, is compared by a {@link apidrive.chunk.Check}, a page at a time, and each
 * {@link apidrive.chunk.Finding} is set right in a transaction of its own, which looks again: what was found may be past.
 *
 * <p>Slots, and the bytes in them ({@link apidrive.chunk.SlotLedger}), are counted in the transaction that takes them, split over a
 * few rows. One counter row was rejected: it would make every commit wait for the one before.
 */
package apidrive.chunk;
