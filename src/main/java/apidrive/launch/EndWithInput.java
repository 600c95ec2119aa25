package apidrive.launch;

import java.io.IOException;
import java.io.OutputStream;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Ends this process when its standard input does. Who started it holds the other end: however that process ended, by
 * kill -9 as well, the system closes what it held.
 */
final class EndWithInput {
    /** Not shown to people: to whoever starts the program by hand, with its input closed, it would seem not to start. */
    static final String OPTION = "--end-with-input";

    private EndWithInput() {
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(OPTION).type(boolean.class).arity("0").hidden(true).build());
    }

    /** From now on, where the option was given. */
    static void watchWhereAsked(ParseResult parsed) {
        if (parsed.hasMatchedOption(OPTION)) {
            Thread thread = new Thread(EndWithInput::watch, "apidrive-input");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void watch() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // an input that cannot be read has ended as well
        }
        System.exit(0);
    }
}
