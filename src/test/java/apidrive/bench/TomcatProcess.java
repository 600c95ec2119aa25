package apidrive.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import apidrive.Ports;
import apidrive.sql.EmbeddedDatabase;

/**
 * A node as the same WAR in Debian's Tomcat, which has a base folder of its own; settings come from the environment.
 * Tomcat closes a connection after 100 requests unless told otherwise, and it is told, since no other contender does.
 */
final class TomcatProcess implements Server {
    private static final Path HOME = Path.of("/usr/share/tomcat10");
    private static final String SERVER_XML = """
            <Server port="-1">
              <Service name="Catalina">
                <Connector port="%d" address="127.0.0.1" protocol="HTTP/1.1" maxKeepAliveRequests="-1"/>
                <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
              </Service>
            </Server>
            """;

    private final ServerProcess process;
    private final int port = Ports.next();

    /** Returns when the node has given its first answer. {@code settings} are as the options of {@code serve}. */
    TomcatProcess(Path folder, Databases databases, String database, List<String> settings) throws Exception {
        for (String part : List.of("conf", "lib", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(folder.resolve(part));
        }
        for (String part : List.of("web.xml", "logging.properties")) {
            Files.copy(HOME.resolve("etc").resolve(part), folder.resolve("conf").resolve(part));
        }
        Files.writeString(folder.resolve("conf/server.xml"), SERVER_XML.formatted(port));
        Files.copy(NodeProcess.war(), folder.resolve("webapps/ROOT.war"));
        Map<String, String> environment = new HashMap<>(Map.of("CATALINA_HOME", HOME.toString(),
                "CATALINA_BASE", folder.toString(), "JAVA_HOME", System.getProperty("java.home"),
                "APIDRIVE_DATA", folder.resolve("data").toString(), "APIDRIVE_URL", "http://127.0.0.1:" + port,
                "APIDRIVE_JDBC_URL", databases.jdbcUrl(database), "APIDRIVE_JDBC_USER", EmbeddedDatabase.RUNNER,
                "APIDRIVE_JDBC_PASSWORD_FILE", databases.passwordFile(EmbeddedDatabase.RUNNER).toString()));
        environment.put("APIDRIVE_JDBC_OWNER", EmbeddedDatabase.OWNER);
        environment.put("APIDRIVE_JDBC_OWNER_PASSWORD_FILE", databases.passwordFile(EmbeddedDatabase.OWNER).toString());
        settings.forEach(setting -> environment.put(key(setting), setting.substring(setting.indexOf('=') + 1)));
        process = new ServerProcess(folder.resolve("log"), environment,
                List.of(HOME.resolve("bin/catalina.sh").toString(), "run"));
        process.awaitAnswer(port, NodeProcess.READY);
    }

    /** Why there is none here; empty where there is one. */
    static Optional<String> missing() {
        return Files.isExecutable(HOME.resolve("bin/catalina.sh")) ? Optional.empty()
                : Optional.of("Tomcat is not installed (Debian's package tomcat10)");
    }

    /** {@code APIDRIVE_CACHE_BYTES} for {@code --cache-bytes=0}. */
    static String key(String option) {
        return "APIDRIVE_" + option.substring(2, option.indexOf('=')).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
