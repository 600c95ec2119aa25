package apidrive;

import apidrive.admin.AdminLink;
import apidrive.config.NodeConfig;
import apidrive.sql.Database;
import apidrive.sql.DatabaseClock;
import apidrive.sql.SqlFailure;

/** The way into administration for whoever has the node's settings, and with them its database. */
public final class AdminAccess {
    private static final String BY = "command line";

    private AdminAccess() {
    }

    /**
     * Makes a link that opens the admin page once, whether or not the node runs. Throws {@link IllegalStateException} with
     * words for the operator.
     */
    public static String link(NodeConfig config) {
        try (NodeDatabase node = NodeDatabase.join(config)) {
            Database database = new Database(node.runner());
            return AdminLink.make(database, config.url(), BY, new DatabaseClock(database));
        } catch (SqlFailure failure) {
            throw new IllegalStateException(failure.is(SqlFailure.UNDEFINED_TABLE)
                    ? "The database has no tables of this build yet: start the node once." : failure.getMessage(), failure);
        }
    }
}
