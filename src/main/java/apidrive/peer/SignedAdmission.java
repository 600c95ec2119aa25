package apidrive.peer;

import apidrive.problem.ProblemException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Admits what its node signed for this network, if its URL may be called. The signature is looked at before the
 * address, so that only the key's owner makes this node resolve a name.
 */
public final class SignedAdmission implements Admission {
    private final String network;
    private final Predicate<URI> mayBeCalled;
    private final Refusals refusals;

    /** {@code mayBeCalled} may block on a name service for a bounded time; it is asked once per new announcement. */
    public SignedAdmission(String network, Predicate<URI> mayBeCalled, Refusals refusals) {
        this.network = network;
        this.mayBeCalled = mayBeCalled;
        this.refusals = refusals;
    }

    @Override
    public Optional<Announcement> admit(Announcement announcement) {
        URI url;
        try {
            url = announcement.profile().url();
        } catch (ProblemException e) {
            return refused(Refusal.MALFORMED);
        }
        if (!announcement.verify(network)) {
            return refused(Refusal.WRONG_SIGNATURE);
        }
        if (!mayBeCalled.test(url)) {
            return refused(Refusal.FORBIDDEN_ADDRESS);
        }
        return Optional.of(announcement);
    }

    private Optional<Announcement> refused(Refusal reason) {
        refusals.count(reason);
        return Optional.empty();
    }
}
