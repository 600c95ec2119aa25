package apidrive.client;

import java.util.BitSet;
import java.util.List;

import apidrive.wire.ChunkId;

/** Where a put sends chunks. Threads share it. */
interface Destination {
    /** All servers that may be sent to; elsewhere each is spoken of by its place here. */
    List<ServerUrl> servers();

    /** How many of them are to acknowledge a chunk. */
    int acknowledgements();

    /** Those that the chunk may be sent to, but for those in {@code having}, in the order that suits. */
    Candidates candidates(ChunkId id, List<Server> states, BitSet having);

    /** Who keeps a chunk that {@code server} acknowledged and said of that {@code told} keep it; at least one. */
    List<ServerUrl> keepers(ServerUrl server, List<ServerUrl> told);

    /** Whether a chunk may go to a further server while one takes long: it does no harm where they are one network. */
    boolean mayOvertake();

    /** A store contract for {@code size} bytes, still zero, at {@link StoreContract#OFFSET}. */
    byte[] contract(int size);
}
