package apidrive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and how a report was made, said above it. */
final class Machine {
    private static final double KIB_A_GIB = 1 << 20;

    private Machine() {
    }

    static String heading(String command) throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse(System.getProperty("os.arch"));
        String memory = Files.readAllLines(Path.of("/proc/meminfo")).get(0).replaceAll("\\D", "");
        return Markdown.format("%s, %d cores of %s, %.0f GiB, Java %s: `%s`%n%nChunks of 64 KiB, incompressible, each new; "
                + "PostgreSQL's fsync and the node's digest checks on, nothing else flushes; client, servers and PostgreSQL on "
                + "the same cores. Medians of the rounds (least–most); ratios are taken within each round.%n",
                LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors(), processor,
                Long.parseLong(memory) / KIB_A_GIB, System.getProperty("java.version"), command);
    }
}
