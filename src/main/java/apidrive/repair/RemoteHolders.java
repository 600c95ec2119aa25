package apidrive.repair;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** Another node's holders, over HTTP. */
final class RemoteHolders implements HolderShelf {
    /** One exchange with the node: the body of its answer. Throws ProblemException. */
    interface Call {
        byte[] post(HolderRoute route, List<ByteBuffer> body);
    }

    private final Call call;

    RemoteHolders(Call call) {
        this.call = call;
    }

    @Override
    public void hold(List<Hold> holds) {
        call.post(HolderRoute.HOLD, new ShelfWriter().holds(holds).parts());
    }

    @Override
    public void end(List<UUID> holders) {
        call.post(HolderRoute.END, new ShelfWriter().holders(holders).parts());
    }

    @Override
    public List<Ending> ended(long number) {
        return new ShelfReader(call.post(HolderRoute.ENDED, new ShelfWriter().number(number).parts())).endings(MOST);
    }
}
