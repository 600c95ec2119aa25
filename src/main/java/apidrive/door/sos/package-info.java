/**
 * The door of Simple Object Storage, to whose clients, API servers and replication jobs a node is a blob server and an API server of
 * theirs, of either revision.
 *
 * <p>The three doors are the original's three ports: {@link apidrive.door.sos.UploadDoor}, {@link apidrive.door.sos.DownloadDoor},
 * {@link apidrive.door.sos.BlobDoor}. {@link apidrive.door.sos.Blobs} is what they have in common: an id is a name in the namespace
 * {@code sos}, and a SHA-1 is also that of any object that came by any door. {@link apidrive.door.sos.Metadata} decides which fields
 * are an uploader's word, {@link apidrive.door.sos.Plain} words answers, {@link apidrive.door.sos.Listing} streams the list of ids.
 *
 * <p>What the original's API server and replication job do between blob servers, our network does: groups are zones and groups of
 * nodes, {@code --min-copies} is the setting of copies, a full or dead server is passed over by whoever stores. So there is no server
 * list here, and {@code sos.conf} is read by what joins a network.
 *
 * <p>Deletion is an administrator's alone. An id that is a SHA-1 leads to whatever has it by any door, so a deletion that is remembered
 * hides it here; it is not masked for ever as dtfc's is, since no client of this door could ever have deleted.
 *
 * <p>Where its two revisions differ, what serves both is done: the list stands at {@code /blobs} and {@code /blob}, HEAD tells the
 * truth, Range and conditions are honoured. Its faults are left out: a refusal has the status of a refusal with the original's words
 * for it, an id that looks like a SHA-1 is one, metadata goes with the bytes it came with, types are never guessed.
 */
package apidrive.door.sos;
