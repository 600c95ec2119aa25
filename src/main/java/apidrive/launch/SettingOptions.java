package apidrive.launch;

import java.util.Locale;

import apidrive.config.Setting;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings of a node as options of a command. */
final class SettingOptions {
    private SettingOptions() {
    }

    static void addTo(CommandSpec spec) {
        for (Setting setting : Setting.values()) {
            spec.addOption(OptionSpec.builder("--" + setting.key()).type(String.class)
                    .paramLabel(setting.key().toUpperCase(Locale.ROOT).replace('-', '_'))
                    .description(setting.meaning().replace("%", "%%") + (setting.defaultValue().isEmpty() ? ""
                            : ". Default: " + setting.defaultValue())).build());
        }
    }

    /** Makes system properties of the options that were given, where a node looks for them first. */
    static void take(ParseResult parsed) {
        for (Setting setting : Setting.values()) {
            String value = parsed.matchedOptionValue("--" + setting.key(), (String) null);
            if (value != null) {
                System.setProperty(setting.systemProperty(), value);
            }
        }
    }
}
