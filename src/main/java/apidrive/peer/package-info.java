/**
 * The nodes of the network: who they are, who is alive, and how everybody comes to know.
 *
 * <p>A node is its key ({@link apidrive.peer.NodeKey}) and what it says of itself, signed and numbered
 * ({@link apidrive.peer.Announcement}); the highest number that verifies wins, on every node alike. What a node knows
 * of all others stands in its {@link apidrive.peer.MemberTable}, in columns, so that a million fit into 300 MB.
 * {@link apidrive.peer.Swim} finds out who is alive: a probe a period, helpers when it is not answered, then suspicion,
 * which the suspect may refute by a newer announcement; news travels on the back of these messages, so that a change
 * costs each node a bounded number of bytes (SWIM: Das, Gupta and Motivala 2002; with Lifeguard: Dadgar, Phillips and
 * Currey 2017). {@link apidrive.peer.Exchange} compares whole lists now and then: it is how a node joins, how what
 * gossip missed is mended, and how the halves of a split network find each other again. Others' word makes a node look,
 * and only its own look or gossip's word makes it bury: a death read in another's list is probed before it is believed.
 *
 * <p>All of it is pure: whoever drives it hands in the time of a monotonic clock, sends the calls that come out, and
 * hands their answers back, so that the same classes run in the node and in a simulation of thousands. Clocks of peers
 * are never compared; ages travel as durations. {@link apidrive.peer.SignedAdmission} is the gate for announcements,
 * {@link apidrive.peer.Refusals} counts what it and the others turn away. Death alone moves no data: a member dead for
 * less than the heal delay keeps its place, so a lie about it is over before it could cost anything.
 *
 * <p>What is not pure stands beside it. {@link apidrive.peer.Membership} drives it by real time and joins by
 * {@link apidrive.peer.SeedFile}s and settings; {@link apidrive.peer.PeerStore} keeps the key and the list;
 * {@link apidrive.peer.PeerClient} calls peers at addresses that {@link apidrive.peer.PeerAddress} let pass, in an
 * {@link apidrive.peer.Envelope} that names the network and, where it is closed, proves that both sides know its key;
 * a {@link apidrive.peer.PeerRoute} answers them. The JDK's client could not be used: it dials what it resolves itself,
 * and a check before that call is one that a name service can get around. Several WARs on one database all drive: they
 * are one node to others, and what they say differs in nothing but its number; a lease by which one of them drives alone
 * would be one more thing to expire at the wrong time.
 *
 * <p>Heartbeats of all to all were rejected: their traffic grows with the square of the size, a thousand nodes would
 * send a million messages a period. A list kept by a leader or a consensus group was, too: a list of servers must go on
 * growing in both halves of a split network, needs no order among its entries, and a WAR that anybody may deploy should
 * not have to be elected. Keeping the list in one node's PostgreSQL for all would make that node the network.
 */
package apidrive.peer;
