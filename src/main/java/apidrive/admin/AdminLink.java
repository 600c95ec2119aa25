package apidrive.admin;

import java.net.URI;
import java.time.InstantSource;

import apidrive.access.AdminTokens;
import apidrive.access.Audit;
import apidrive.sql.Database;

/** The address that opens the admin page once: its token stands behind the #, which browsers send to nobody. */
public final class AdminLink {
    private AdminLink() {
    }

    /** The address for a token of a node that is reached at {@code url}. */
    static String of(URI url, String token) {
        return url + "/admin/#" + token;
    }

    /** Makes a link from where no administrator is signed in: the node's own start, or the command line. */
    public static String make(Database database, URI url, String by, InstantSource clock) {
        return database.inTransaction(connection -> {
            new Audit(database).done(connection, new Audit.Actor(by, null), "make-link", by);
            return of(url, new AdminTokens(database).makeLink(connection, by, clock.instant()));
        });
    }
}
