/**
 * Objects of any number of bytes, made of chunks and streamed, so that no node ever holds one in memory.
 *
 * <p>An object is a Merkle tree ({@link apidrive.manifest.TreeNode}): its bytes are the leaves, and what names leaves and nodes is
 * chunks again. The chunk at the root is the object's identity, and all that a node needs to serve it, whichever node took it in.
 * {@link apidrive.object.Intake} makes the tree as bytes come, and puts its chunks into a {@link apidrive.object.ChunkPipe}, by which
 * an uploader is held back to what the network takes. {@link apidrive.object.ObjectWriter} does that for one request,
 * {@link apidrive.object.Uploads} for several that go on where the last broke off ({@link apidrive.object.Appending} is one of them).
 * {@link apidrive.object.ObjectReader} opens what {@link apidrive.object.OpenObject} gives out, {@link apidrive.object.ReadAhead}
 * fetching some leaves ahead of the reader; the nodes on
 * the way to them are remembered for a minute ({@link apidrive.object.KnownNodes}). What uploaders say of their objects is in the
 * {@link apidrive.object.ObjectTable}.
 * {@link apidrive.object.Places} bound transfers, since each holds a thread of the server.
 *
 * <p>Its chunks are claimed by a holder drawn for it ({@link apidrive.object.UnnamedLeases}), whom the name takes over in the end: what fails
 * before leaves chunks that nobody holds. A naming that fails may have reached some servers, so the names are asked before its holder ends.
 * A durable mark on those that are being named, so that only they are asked for, was rejected: it cost each store a flush, and one that
 * could not be written ended what was named. The root goes in last, but beside the leaf of an object that has only one: two flushes are half
 * of what such an object takes, and nobody is told of a root before all is durable. A reader of a part of what nobody claims keeps the
 * whole ({@link apidrive.object.ObjectRenewal}), for an object that lost its other half is no object.
 *
 * <p>An upload is a row, so that a restart loses nothing and any WAR on the database takes the next request. The row holds the tree as
 * far as it is built and the bytes beyond the last whole chunk, written every 16 MiB or ten seconds and when a request ends. It does
 * not hold the digests of the whole: Java's cannot be taken out of memory. Bouncy Castle's can, but took 11.4 ms a MB for the three
 * where Java's took 2.4, which would have doubled the cost of an upload for the sake of restarts. So each WAR keeps the digests of
 * the uploads that it takes, and reads stored chunks again where another WAR, or this one before a restart, took what came before.
 * Digests of a tree instead of the whole would need neither, but SHA-1, SHA-256 and SHA-512 of the whole are what people compare.
 *
 * <p>The last part of an upload may come again after its naming failed, or was not answered. Its holder may have had a name meanwhile, and
 * ended with it, which some servers do not know yet and would take more for him. So it is named for another, who claims the whole tree
 * first ({@link apidrive.object.UploadNaming}).
 *
 * <p>{@link apidrive.object.TreeCheck} goes through the trees of names as they are kept: it asks the network for pages of their chunks, and
 * doubts ({@link apidrive.object.TreeDoubts}) count only where the name still stands afterwards. A lock on names meanwhile was rejected:
 * uploads and deletions would wait for servers to answer. {@link apidrive.object.HolderCheck} asks the other way
 * round: whether anybody needs who claims. When a holder was drawn stands in its id, since a column of the time would be as many bytes
 * again on every claim.
 *
 * <p>A digest in a root is the word of whoever made it. What is told of digests beyond a root's own answer therefore comes from rows
 * alone, which only an upload through this node makes. A lock on an upload for the length of a request was rejected: it would hold a
 * database connection for as long as a client takes; a writer's name in the row does as well, and whoever lost it can write no more.
 */
package apidrive.object;
