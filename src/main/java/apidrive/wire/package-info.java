/**
 * What travels: ids, chunks and the bodies of the API, in BSON and JSON.
 *
 * <p>{@link apidrive.wire.Chunk} is the gate through which bytes enter: it checks their size and derives digest and id,
 * so nothing behind it has to. {@link apidrive.wire.Format} reads and writes bodies; both formats hold the same small
 * documents, an ordered map of members, so that a reply is described once. Names and their spelling follow the contract
 * of the original API Drive; GUIDs in BSON have .NET byte order ({@link apidrive.wire.ChunkId#toDotNet()}), everywhere
 * else that of RFC 9562. Data binding by reflection was rejected: the bodies have at most a handful of members, arrive
 * from anybody, and have to be read without regard to the case of names and with exact faults.
 */
package apidrive.wire;
