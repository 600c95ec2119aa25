package apidrive.wire;

import static apidrive.problem.Problem.MALFORMED;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file name of an object in the field Content-Disposition (RFC 6266), in any letters (RFC 8187). */
public final class Disposition {
    private static final Pattern PARAMETER = Pattern.compile(
            ";\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*(\"((?:[^\"\\\\]|\\\\.)*)\"|[^\\s;\"]*)");
    private static final Pattern EXTENDED = Pattern.compile("([A-Za-z0-9!#$%&+^_`{}~-]+)'[A-Za-z0-9-]*'(.*)");
    /** The characters that stand for themselves: attr-char of RFC 8187. */
    private static final String PLAIN = "!#$&+.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    private static final String HEX = "0123456789ABCDEF";

    private Disposition() {
    }

    /** The field that has a browser show an object or save it; clients that know only ASCII read a name made of that. */
    public static String of(boolean isAttachment, Optional<String> fileName) {
        String type = isAttachment ? "attachment" : "inline";
        if (fileName.isEmpty()) {
            return type;
        }
        String name = fileName.get();
        String ascii = name.replaceAll("[^ -~]", "_").replaceAll("[\"\\\\%]", "_");
        String simple = type + "; filename=\"" + ascii + "\"";
        return ascii.equals(name) ? simple : simple + "; filename*=UTF-8''" + escaped(name);
    }

    /** The file name that a field names, in whichever form; the extended one counts. Empty for none. Throws MALFORMED. */
    public static Optional<String> fileName(String field) {
        Optional<String> simple = Optional.empty();
        Matcher parameter = PARAMETER.matcher(field);
        while (parameter.find()) {
            String value = parameter.group(3) == null ? parameter.group(2) : parameter.group(3).replaceAll("\\\\(.)", "$1");
            if (parameter.group(1).equalsIgnoreCase("filename*")) {
                return Optional.of(unescaped(value));
            }
            if (parameter.group(1).equalsIgnoreCase("filename")) {
                simple = Optional.of(value);
            }
        }
        return simple;
    }

    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && PLAIN.indexOf(b) >= 0) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(HEX.charAt(b >> 4 & 0xF)).append(HEX.charAt(b & 0xF));
            }
        }
        return escaped.toString();
    }

    private static String unescaped(String value) {
        Matcher extended = EXTENDED.matcher(value);
        if (!extended.matches() || !extended.group(1).equalsIgnoreCase("UTF-8")) {
            throw MALFORMED.because("the name in Content-Disposition is not in UTF-8");
        }
        String text = extended.group(2);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' && isHex(text, i + 1) && isHex(text, i + 2)) {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw MALFORMED.because("the name in Content-Disposition is not in UTF-8", e);
        }
    }

    private static boolean isHex(String text, int index) {
        return index < text.length() && Character.digit(text.charAt(index), 16) >= 0;
    }
}
