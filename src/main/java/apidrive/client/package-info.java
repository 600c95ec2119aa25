/**
 * The command line: puts files into API Drive servers, gets them back, checks and renews them.
 *
 * <p>{@link apidrive.client.ApiDriveCommand} holds the commands. {@code Storing} and {@code Fetching} run one transfer:
 * they keep a bounded number of exchanges under way on one asynchronous HTTP client and give each chunk to a small state
 * machine ({@code ChunkPut}, {@code Inquiry}), which chooses among its {@code Candidates}. {@code Bundle} sends what
 * gathers for a server together, where it has routes for many chunks, and gives each chunk its own answer, so that the
 * state machines need not know. What is known of a server (how fast, resting until when, given up) is in {@code Server}
 * and shared by all chunks, so that one chunk's failure spares the others theirs. A thread per connection was rejected:
 * hundreds of connections on a small machine would spend its time and memory on threads.
 *
 * <p>Where the servers are a {@code Network}, as {@code Discovery} finds out by asking them, a put has another
 * {@code Destination}: a chunk goes once to the first of its holders, which the client computes as the servers do, and the
 * manifest names those that say they keep it. What the servers of a manifest do not have, {@code Elsewhere} looks for in
 * their network, asked for only then. {@code Replication} counts by a {@code Census} and copies what has too few.
 *
 * <p>{@code FsckCommand} drives a server through what it compares, a page a call, so that progress shows and no call is long.
 *
 * <p>Nothing that a server answers is trusted: bodies are bounded, ids and digests checked.
 */
package apidrive.client;
