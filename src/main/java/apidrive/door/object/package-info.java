/**
 * Objects over HTTP: {@code /api/drive/object} ({@link apidrive.door.object.ObjectResource}) and, for uploads that can be resumed by
 * the tus protocol, {@code /api/drive/upload} ({@link apidrive.door.object.UploadResource}, {@link apidrive.door.object.Tus}).
 *
 * <p>Whatever strangers stored is served from this node's own origin. So types are the uploader's word and never guessed
 * ({@code nosniff}), and only what cannot run is shown; the rest is saved, in a sandbox ({@link apidrive.door.object.Presentation}).
 *
 * <p>Answers are streamed with their length. When a chunk is not to be had in the middle of one, its status has been sent: the
 * connection ends short of the length, which every client takes for the failure it is ({@link apidrive.door.object.CutOff} ends it).
 * The first bytes are therefore fetched before the status is sent, so that what is missing from the start is a plain problem.
 *
 * <p>The doors of other systems give objects out by {@link apidrive.door.object.Handout}, in the same way.
 *
 * <p>{@link apidrive.door.object.ByteRanges} is ours since JAX-RS has none, and {@link apidrive.wire.Disposition} since theirs comes
 * with a multipart library that nothing else here needs; the conditions of a GET are those of JAX-RS.
 */
package apidrive.door.object;
