package apidrive.door.dtfc;

import static apidrive.problem.Problem.OBJECT_NOT_FOUND;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.object.OpenObject;
import apidrive.wire.ChunkId;

/** Which objects this node has seen to hash to what they are asked for by: a name is another server's word. Threads share it. */
final class Proofs {
    private static final long MOST = 65_536;  // a few MiB of heap; what is forgotten is proven again

    private final Cache<ChunkId, Boolean> proven = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    /** The object as it is given to who asked for that hash. Throws OBJECT_NOT_FOUND where it does not even claim to have it. */
    OpenObject asked(OpenObject object, String sha512) {
        ChunkId root = object.object().id();
        if (!object.object().digests().sha512().equals(sha512)) {
            throw OBJECT_NOT_FOUND.because("object " + root + " has another SHA-512 than " + sha512);
        }
        return proven.getIfPresent(root) != null ? object : object.proving(sha512, () -> proven.put(root, Boolean.TRUE));
    }
}
