package apidrive.door.dtfc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypes;

/** File names as dtfc writes them, and the types that follow from them. */
final class FileNames {
    /** Letters that are more than another with an accent. */
    private static final Map<String, String> LETTERS =
            Map.of("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i");
    /** Where dtfc parts from what is usual. */
    private static final Map<String, String> TYPES = Map.of("md", "text/x-markdown; charset=utf-8", "mkv", "video/webm");
    private static final String TEXT = "text";
    private static final String CHARSET = "; charset=utf-8";

    private FileNames() {
    }

    /** What a name that anybody may have chosen comes to in an answer; empty when nothing of it can stand there. */
    static String plain(String name) {
        String text = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT).replace("..", "").strip();
        for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
            text = text.replace(letter.getKey(), letter.getValue());
        }
        return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").replaceAll("[ &_=+:]", "-")
                .replaceAll("[^a-z0-9~./-]", "").replaceAll("-+", "-");
    }

    /** The media type of a file that is called so; empty when its ending tells none. */
    static Optional<String> type(String name) {
        String plain = plain(name);
        String own = TYPES.get(plain.substring(plain.lastIndexOf('.') + 1));
        if (own != null) {
            return Optional.of(own);
        }
        Metadata called = new Metadata();
        called.set(TikaCoreProperties.RESOURCE_NAME_KEY, plain);
        try {
            MediaType type = MimeTypes.getDefaultMimeTypes().detect(null, called);
            return type.equals(MediaType.OCTET_STREAM) ? Optional.empty()
                    : Optional.of(type.getType().equals(TEXT) ? type + CHARSET : type.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);  // there is no stream that could fail
        }
    }
}
