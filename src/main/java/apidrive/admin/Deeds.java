package apidrive.admin;

import java.util.function.Supplier;

import apidrive.access.Audit;

/** Does what no transaction of ours covers, with a row in the audit table before and one after. */
final class Deeds {
    private static final String BEGUN = "begun";

    private final Audit audit;

    Deeds(Audit audit) {
        this.audit = audit;
    }

    /** Returns what {@code deed} returns, and throws what it throws. */
    <T> T audited(Audit.Actor actor, String action, String subject, Supplier<T> deed) {
        audit.add(actor, action, subject, BEGUN);
        try {
            T result = deed.get();
            audit.add(actor, action, subject, Audit.DONE);
            return result;
        } catch (RuntimeException failure) {
            audit.add(actor, action, subject, "failed: " + failure.getMessage());
            throw failure;
        }
    }
}
