package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Turns a name from a manifest, which anybody may have written, into a path of exactly one segment. */
public final class FileName {
    private static final int MOST_BYTES = 240;  // what file systems take, less what a partial file has behind its name

    private FileName() {
    }

    /** The path; throws MALFORMED for a name that could lead out of the folder it is resolved in, or is no name. */
    public static Path of(String name) {
        boolean lawful = !name.isBlank() && !name.equals(".") && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
                && name.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
        try {
            Path path = Path.of(lawful ? name : "");
            if (lawful && !path.isAbsolute() && path.getNameCount() == 1 && path.getRoot() == null) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw MALFORMED.because("'" + printable(name) + "' is no file name here; name one with --out", e);
        }
        throw MALFORMED.because("'" + printable(name) + "' is not a plain file name; name one with --out");
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
