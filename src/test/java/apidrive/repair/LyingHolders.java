package apidrive.repair;

import java.util.List;
import java.util.UUID;

/** A node that does nothing for holders, and says that none has ended. */
final class LyingHolders implements HolderShelf {
    @Override
    public void hold(List<Hold> holds) {
    }

    @Override
    public void end(List<UUID> holders) {
    }

    @Override
    public List<Ending> ended(long number) {
        return List.of();
    }
}
