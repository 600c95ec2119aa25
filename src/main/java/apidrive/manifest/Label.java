package apidrive.manifest;

import static apidrive.problem.Problem.MALFORMED;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the uploader of an object says it is. Bytes are never looked at to tell.
 *
 * @param mediaType a media type (RFC 9110 §8.3.1)
 * @param fileName  one segment, without control characters
 */
public record Label(String mediaType, Optional<String> fileName) {
    public static final String OCTETS = "application/octet-stream";
    /** Of an object that nobody said anything of. */
    public static final Label NONE = new Label(OCTETS, Optional.empty());
    private static final String FORM = "application/x-www-form-urlencoded";  // what curl calls any --data
    private static final int MOST_TYPE = 255;
    private static final int MOST_NAME_BYTES = 255;  // what file systems take
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern MEDIA_TYPE = Pattern.compile(TOKEN + "/" + TOKEN + "(\\s*;\\s*" + TOKEN + "=(" + TOKEN
            + "|\"[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*\"))*");

    /** Null or blank for what is not said; of a path the last segment counts. Throws MALFORMED. */
    public static Label of(String mediaType, String fileName) {
        return new Label(type(mediaType), name(fileName));
    }

    /** The media type without its parameters, in lower case. */
    public String plainType() {
        return mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String type(String text) {
        if (text == null || text.isBlank() || text.strip().toLowerCase(Locale.ROOT).startsWith(FORM)) {
            return OCTETS;
        }
        String type = text.strip();
        if (type.length() > MOST_TYPE || !MEDIA_TYPE.matcher(type).matches()) {
            throw MALFORMED.because("the object's Content-Type is no media type");
        }
        return type;
    }

    private static Optional<String> name(String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String name = text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1).strip();
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.chars().anyMatch(Character::isISOControl)
                || name.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw MALFORMED.because("the object's name is no file name of at most " + MOST_NAME_BYTES + " bytes");
        }
        return Optional.of(name);
    }
}
