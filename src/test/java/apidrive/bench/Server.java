package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that is measured: it listens on loopback, in a process of its own. */
interface Server extends AutoCloseable {
    Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    int port();

    /** Its first process; the processes that this one started count as its own. */
    long pid();

    /** Whether that process is a Java. */
    default boolean isJava() {
        return false;
    }

    /** Bytes of memory that its first process holds now. */
    default long residentBytes() throws IOException {
        Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "status")));
        if (!line.find()) {
            throw new IOException("no VmRSS");
        }
        return Long.parseLong(line.group(1)) * 1024;
    }
}
