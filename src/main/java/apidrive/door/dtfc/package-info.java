/**
 * The door of dtfc (groupstore), to whose clients and servers a node is one of theirs: files by the SHA-512 of their bytes.
 *
 * <p>{@link apidrive.door.dtfc.DtfcDoor} has the routes. {@link apidrive.door.dtfc.Storing} takes files in, {@link apidrive.door.dtfc.Giving}
 * gives them out, {@link apidrive.door.dtfc.Refused} and {@link apidrive.door.dtfc.Stub} word the answers. What this door alone knows of a
 * content (file names, a mark, that it was deleted) is the {@link apidrive.door.dtfc.Standing} in the metadata of one name, namespace
 * {@code dtfc}, which {@link apidrive.door.dtfc.Contents} reads and writes; content that came by other doors is found by the name that
 * every object has. File names lead back to hashes by names of their own, which begin with {@code file:}.
 *
 * <p>Deletion hides a content from this door, on all nodes, and leaves it to those who keep it by another. It is no deletion of the name:
 * that is remembered for 60 days only, and bytes that somebody else keeps longer would come back. The name is pointed at the object of
 * no bytes instead, so that it holds none. For the same reason both forms of DELETE are one: names are the network's, and a node that
 * was away learns of them when it comes back.
 *
 * <p>What no node keeps {@link apidrive.door.dtfc.Loading} asks servers of the original for, which a file lists
 * ({@link apidrive.door.dtfc.PeerList}); {@link apidrive.door.dtfc.Download} is a content on its way, taken in as an upload is and stored
 * under no name unless it hashes to what was asked for. To keep it in a file first, as the original does, was ruled out: it would be
 * written twice, and the quota of who asks bounds what a lying peer can leave behind until its leases end.
 * {@link apidrive.door.dtfc.Purge} hides what somebody who tracks hashes elsewhere does not track any more.
 *
 * <p>An address is served only so much at once ({@link apidrive.door.dtfc.Crowd}), and where {@link apidrive.door.dtfc.CouchSessions} tells
 * who it is, a user. To check a session here, with CouchDB's own secret, was rejected: it takes the salt of each user as well, which is
 * CouchDB's to keep, and a session that was ended would go on.
 *
 * <p>What is given out was checked chunk by chunk, as everywhere. That an object is what its SHA-512 promises is the word of whoever
 * wrote its name; so the first time, the last chunk of a whole answer is held back until all hashes to it ({@link apidrive.door.dtfc.Proofs}).
 * A part of an object is not proven that way: it would cost reading all of it.
 *
 * <p>Files tell of themselves in a process of their own ({@link apidrive.door.dtfc.MediaFacts}, {@link apidrive.door.dtfc.MediaProgram}).
 * In this one a bound on bytes read would not bound memory, for parsers inflate what is compressed, and a thread that hangs cannot be
 * ended. Tika's own ForkParser was ruled out: it cannot be told to give up a child that neither answers nor ends, and reads its
 * objects as Java serialises them. FFmpeg, which dtfc's author wished for, is no library, and would have to be installed.
 */
package apidrive.door.dtfc;
