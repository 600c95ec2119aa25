/**
 * What a client knows of a file: its chunks in order, and where each is kept.
 *
 * <p>{@link apidrive.manifest.ChunkedFile} cuts a file, {@link apidrive.manifest.Manifest} describes it,
 * {@link apidrive.manifest.Assembly} puts it together again, in place and resumable. {@link
 * apidrive.manifest.ManifestReader} and {@link apidrive.manifest.ManifestWriter} stream the JSON of {@code .apidrive}
 * files, the original's shape with two more members per chunk ({@code Size}, {@code Digest}). Everything in such a file
 * is untrusted: it is checked whole before anything is fetched, and a name in it becomes a path only through
 * {@link apidrive.manifest.FileName}. A list of entry objects was rejected: a file of 10 GB has 152,588 chunks, which as
 * arrays take 12 MB, as objects more than ten times that, and a client is to run in 256 MB. Nothing here knows HTTP.
 *
 * <p>An object has no file beside it: its manifest is a Merkle tree of chunks. {@link apidrive.manifest.TreeBuilder} makes it from
 * leaves as they come, {@link apidrive.manifest.TreeNode} is the format, {@link apidrive.manifest.TreeShape} its arithmetic, and
 * {@link apidrive.manifest.TreeWalk} finds the leaves of a range. One flat list of ids was rejected: that of a TiB is half a GiB, which
 * whoever wants a byte of the object would have to read. Offsets in the nodes were rejected: where all leaves but the last are
 * full, they follow from the place. {@link apidrive.manifest.StoredObject} is what is known of an object that is kept,
 * {@link apidrive.manifest.Label} what its uploader says it is.
 */
package apidrive.manifest;
