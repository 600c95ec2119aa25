/**
 * What peers call: {@code POST /api/peer/*}, bytes in and bytes out.
 *
 * <p>{@link apidrive.door.peer.PeerServlet} checks the {@link apidrive.peer.Envelope} of every call in one place and hands
 * its bytes to the {@link apidrive.peer.PeerRoute} of its path. A package that answers peers implements routes and knows
 * nothing of HTTP; {@link apidrive.Node} gathers them. JAX-RS was ruled out here as it was for single chunks: replicas
 * come through this door as often as chunks through the other.
 */
package apidrive.door.peer;
