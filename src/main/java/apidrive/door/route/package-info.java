/**
 * What the doors of other systems share: the root of one address, whose paths were each system's own.
 *
 * <p>A {@link apidrive.door.route.Door} claims requests by verb and shape of the path, so that each is at most one door's;
 * {@link apidrive.door.route.DoorFilter} asks them in turn before anything of ours sees the request. Below a folder that is named
 * after its system, as {@code /sos}, a door is by itself, and what it does not claim it refuses in its own words: clients that
 * take an address with a path work there. On a port that the settings give to doors there is nothing else, so that a firewall can
 * tell uploads from downloads as it could with the originals.
 *
 * <p>What nobody claims at the shared root, and is not this node's own, the dtfc door refuses as the original did. Whatever may change
 * something passes the {@link apidrive.door.api.WriteGate} before its door sees it; a door words the refusal.
 *
 * <p>Servlet mappings were ruled out: they know neither verbs nor shapes, and a path that two systems share (a PUT of any name is one
 * system's, a GET of some names another's) would need a servlet that does again what this filter does. So were virtual hosts and a
 * context for each door: they are the container's to configure, and a WAR is one context.
 */
package apidrive.door.route;
