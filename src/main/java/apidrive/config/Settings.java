package apidrive.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The text of every setting and where it came from. Unknown keys and unreadable files are kept as faults. */
public final class Settings {
    /** Where a value came from, the strongest first. */
    public enum Origin { OPTION, ENVIRONMENT, FILE, DEFAULT }

    /** One setting's text, never null, trimmed. */
    public record Value(String text, Origin origin) {
    }

    private static final String FILE_IN_DATA = "apidrive.properties";

    private final Map<Setting, Value> values = new EnumMap<>(Setting.class);
    private final List<String> faults = new ArrayList<>();

    private Settings() {
        for (Setting setting : Setting.values()) {
            values.put(setting, new Value(setting.defaultValue(), Origin.DEFAULT));
        }
    }

    /** Reads this process: its system properties, its environment and the properties file that they name. */
    public static Settings ofProcess() {
        return of(System.getProperties(), System.getenv());
    }

    /** As {@link #ofProcess()}, from what is given. */
    public static Settings of(Properties systemProperties, Map<String, String> environment) {
        Settings settings = new Settings();
        environment.forEach(settings::takeEnvironment);
        systemProperties.stringPropertyNames()
                .forEach(name -> settings.takeProperty(name, systemProperties.getProperty(name)));
        settings.takeFile();
        return settings;
    }

    public Value value(Setting setting) {
        return values.get(setting);
    }

    public String text(Setting setting) {
        return values.get(setting).text();
    }

    /** What was wrong with the sources themselves, in words for the operator. */
    List<String> faults() {
        return faults;
    }

    private void takeEnvironment(String key, String text) {
        if (Setting.isEnvironmentKey(key)) {
            Setting.ofEnvironmentKey(key).ifPresentOrElse(
                    setting -> put(setting, text, Origin.ENVIRONMENT),
                    () -> faults.add(key + " in the environment is not a setting of API Drive"));
        }
    }

    private void takeProperty(String key, String text) {
        if (Setting.isSystemProperty(key)) {
            Setting.ofSystemProperty(key).ifPresentOrElse(
                    setting -> put(setting, text, Origin.OPTION),
                    () -> faults.add("system property " + key + " is not a setting of API Drive"));
        }
    }

    private void takeFile() {
        boolean named = !text(Setting.CONFIG).isEmpty();
        Path file = named ? path(text(Setting.CONFIG)) : path(text(Setting.DATA)).resolve(FILE_IN_DATA);
        if (!named && !Files.exists(file)) {
            return;
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            faults.add("cannot read the properties file " + file + ": " + e);
            return;
        }
        for (String key : read.stringPropertyNames()) {
            Setting.ofKey(key).ifPresentOrElse(
                    setting -> putWeaker(setting, read.getProperty(key)),
                    () -> faults.add(key + " in " + file + " is not a setting of API Drive"));
        }
    }

    private void putWeaker(Setting setting, String text) {
        if (values.get(setting).origin() == Origin.DEFAULT) {
            put(setting, text, Origin.FILE);
        }
    }

    private void put(Setting setting, String text, Origin origin) {
        values.put(setting, new Value(text.trim(), origin));
    }

    /** The path that {@code text} names; a leading {@code ~/} stands for the user's home. */
    static Path path(String text) {
        return text.equals("~") || text.startsWith("~/")
                ? Path.of(System.getProperty("user.home") + text.substring(1))
                : Path.of(text);
    }
}
