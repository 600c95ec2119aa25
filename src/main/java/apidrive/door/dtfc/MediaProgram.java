package apidrive.door.dtfc;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * A program of its own, started by {@link MediaFacts}: tells what a file that strangers wrote says of itself, a name and a value with a
 * tab between them in each line. It may run out of memory or time, and then ends without a word.
 */
public final class MediaProgram {
    private static final int MOST_NAMES = 300;
    private static final int MOST_VALUES = 20;  // of a name
    private static final int MOST_CHARACTERS = 1_000;  // of a value
    private static final int GIVEN_UP = 1;

    private MediaProgram() {
    }

    /** {@code arguments}: a file, what it is called, and the seconds after which nobody waits any more. */
    public static void main(String[] arguments) throws IOException {
        endAfter(Duration.ofSeconds(Long.parseLong(arguments[2])));
        Metadata found = new Metadata();
        if (!arguments[1].isEmpty()) {
            found.set(TikaCoreProperties.RESOURCE_NAME_KEY, arguments[1]);
        }
        try (TikaInputStream file = TikaInputStream.get(Path.of(arguments[0]), found)) {
            new AutoDetectParser().parse(file, new DefaultHandler(), found, new ParseContext());
        } catch (TikaException | SAXException e) {
            found.add("error", e.toString());  // what was found before it stays
        }
        tell(found, new PrintStream(System.out, false, StandardCharsets.UTF_8));
    }

    private static void tell(Metadata found, PrintStream out) {
        Arrays.stream(found.names()).sorted().limit(MOST_NAMES).forEach(name -> Arrays.stream(found.getValues(name)).limit(MOST_VALUES)
                .forEach(value -> out.print(printable(name) + '\t' + printable(value) + '\n')));
        out.flush();
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), MOST_CHARACTERS)).replaceAll("\\p{Cntrl}", " ");
    }

    /** Whoever started this may have ended meanwhile. */
    private static void endAfter(Duration time) {
        Thread end = new Thread(() -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(GIVEN_UP);
        }, "end");
        end.setDaemon(true);
        end.start();
    }
}
