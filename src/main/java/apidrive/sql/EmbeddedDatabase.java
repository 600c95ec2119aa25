package apidrive.sql;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A PostgreSQL of the node's own: started and stopped with it, its data in the node's folder, reachable from this
 * machine only and by password. Writes are flushed as on any PostgreSQL. Where it ends by itself it is started again.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    /** The database, and the roles that own its tables and run the node. */
    public static final String NAME = "apidrive";
    public static final String OWNER = "apidrive_owner";
    public static final String RUNNER = "apidrive";

    private static final String LOCK = "lock";
    private static final int PORT_LINE = 3;  // of postmaster.pid, from 0
    private static final String OWNER_ONLY_FILE = "rw-------";
    private static final String OWNER_ONLY_FOLDER = "rwx------";
    private static final int CONNECTIONS = 100;
    private static final String ROLE = "SELECT FROM pg_roles WHERE rolname = ?";
    private static final String DATABASE = "SELECT FROM pg_database WHERE datname = ?";
    private static final int PASSWORD_BYTES = 24;

    private final EmbeddedServer server;
    private final FileChannel lockFile;
    private final Properties passwords;

    private EmbeddedDatabase(EmbeddedServer server, FileChannel lockFile, Properties passwords) {
        this.server = server;
        this.lockFile = lockFile;
        this.passwords = passwords;
    }

    /**
     * Starts the server whose data is in {@code folder}, making it at the first start. Throws
     * {@link IllegalStateException} with words for the operator when another node uses the folder or the server does
     * not start.
     */
    public static EmbeddedDatabase start(Path folder) {
        return start(folder, CONNECTIONS);
    }

    /** As {@link #start(Path)}, for so many connections at once. */
    public static EmbeddedDatabase start(Path folder, int connections) {
        FileChannel lockFile = lock(folder);
        try {
            Properties passwords = passwords(folder);
            EmbeddedDatabase database = new EmbeddedDatabase(EmbeddedServer.start(folder,
                    passwords.getProperty(EmbeddedServer.SUPERUSER), connections), lockFile, passwords);
            database.createWhatLacks();
            return database;
        } catch (IOException | IllegalStateException e) {
            release(lockFile);
            throw new IllegalStateException("The embedded PostgreSQL in " + folder + " did not start: " + e.getMessage()
                    + (isRoot() ? ". As root it needs the command unshare and user namespaces: run as another user, or "
                    + "name a database with APIDRIVE_JDBC_URL." : "."), e);
        }
    }

    /** A server that runs already: where, and the password of {@link #RUNNER}. */
    public record Running(String jdbcUrl, String password) {
    }

    /** The server of the node that uses {@code folder} now; empty where none does. Throws {@link IllegalStateException}. */
    public static Optional<Running> ofRunningNode(Path folder) {
        Path pidFile = EmbeddedServer.pidFile(folder);
        if (!Files.exists(pidFile) || !isInUse(folder)) {
            return Optional.empty();
        }
        try {
            int port = Integer.parseInt(Files.readAllLines(pidFile).get(PORT_LINE).strip());
            return Optional.of(new Running(jdbcUrl(port, NAME), passwords(folder).getProperty(RUNNER)));
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalStateException("The embedded PostgreSQL in " + folder + " is just starting: " + e, e);
        }
    }

    /** To be used with {@link #OWNER} or {@link #RUNNER}. */
    public String jdbcUrl() {
        return jdbcUrl(server.port(), NAME);
    }

    /** Makes what the tenant lacks, gives its roles these passwords, and returns the address of its database. */
    public String provide(Tenant tenant) {
        try (Connection connection = server.connect();
             Statement statement = connection.createStatement()) {
            for (String role : List.of(tenant.owner(), tenant.runner())) {
                statement.execute((exists(connection, ROLE, role) ? "ALTER" : "CREATE") + " ROLE " + role + " LOGIN PASSWORD '"
                        + (role.equals(tenant.owner()) ? tenant.ownerPassword() : tenant.runnerPassword()) + "'");
            }
            if (!exists(connection, DATABASE, tenant.name())) {
                statement.execute("CREATE DATABASE " + tenant.name() + " OWNER " + tenant.owner());
            }
            statement.execute("REVOKE ALL ON DATABASE " + tenant.name() + " FROM PUBLIC");
            statement.execute("GRANT CONNECT ON DATABASE " + tenant.name() + " TO " + tenant.runner());
        } catch (SQLException e) {
            throw new IllegalStateException("the database " + tenant.name() + " could not be made: " + e.getMessage(), e);
        }
        return jdbcUrl(server.port(), tenant.name());
    }

    /** The number of the server's process. */
    public long pid() {
        return server.pid();
    }

    public String password(String role) {
        return passwords.getProperty(role);
    }

    /** Stops the server after it wrote all it has. */
    @Override
    public void close() {
        try {
            server.close();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static boolean isInUse(Path folder) {
        try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
            return !isClaimed(channel);
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the folder, and claims it for this node. */
    private static FileChannel lock(Path folder) {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString(OWNER_ONLY_FOLDER)));
            FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (isClaimed(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("The node's folder " + folder + " cannot be used: " + e, e);
        }
        throw new IllegalStateException("Another node is running on the folder " + folder
                + ": stop it, or name another folder with APIDRIVE_DATA.");
    }

    private static boolean isClaimed(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void release(FileChannel lockFile) {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Properties passwords(Path folder) throws IOException {
        Path file = folder.resolve("database.passwords");
        Properties passwords = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                passwords.load(reader);
            }
            return passwords;
        }
        for (String role : List.of(EmbeddedServer.SUPERUSER, OWNER, RUNNER)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            passwords.setProperty(role, HexFormat.of().formatHex(random));
        }
        Files.deleteIfExists(folder.resolve("database.passwords.new"));
        Path fresh = Files.createFile(folder.resolve("database.passwords.new"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString(OWNER_ONLY_FILE)));
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            passwords.store(writer, "Roles of the embedded PostgreSQL");
        }
        Files.move(fresh, file);
        return passwords;
    }

    private void createWhatLacks() {
        try (Connection connection = server.connect();
             Statement statement = connection.createStatement()) {
            for (String role : List.of(OWNER, RUNNER)) {
                if (!exists(connection, ROLE, role)) {
                    statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + password(role) + "'");
                }
            }
            if (!exists(connection, DATABASE, NAME)) {
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + OWNER);
            }
        } catch (SQLException e) {
            close();
            throw new IllegalStateException("its roles could not be made: " + e.getMessage(), e);
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
