/**
 * Which nodes keep a chunk: a function of the chunk's id and of the servers, the same on every node and in every client.
 *
 * <p>Ids fall into parts by their leading bits, 1,024 by default: few distinct sets of holders, so that the loss of a few
 * nodes at once seldom hits all copies of any chunk. The holders of a part are drawn by weighted rendezvous hashing
 * (Thaler and Ravishankar 1996; weights by an exponential race): every server draws a number from its id and the part's, and
 * the best draws win, those of zones that have none yet before the rest. A server that comes or goes moves its own share
 * alone. A ring of virtual nodes was rejected: it needs thousands of points a server for the same evenness, and knows no zones.
 */
package apidrive.placement;
