package apidrive.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from {@code apidrive/build.properties}. */
final class Version implements IVersionProvider {
    private static final String FILE = "/apidrive/build.properties";

    @Override
    public String[] getVersion() {
        return new String[] {"apidrive " + ofBuild()};
    }

    static String ofBuild() {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(FILE)) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version", "unknown");
    }
}
