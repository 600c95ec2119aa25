package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a node says of itself.
 *
 * @param url where it answers: http or https with a host, without user, query or fragment; at most 256 bytes
 * @param zone what fails together with it, at most 64 bytes, empty when unsaid
 * @param group whom it belongs to, at most 64 bytes, empty when unsaid
 * @param slots room for so many chunks, from 0
 * @param weight its share in the placement beside those of others; normally its slots, 0 takes no part
 * @param preferred whether readers should ask it before others
 * @param declared what it is willing to do
 * @param version of its software, at most 32 bytes
 */
public record Profile(URI url, String zone, String group, long slots, long weight, boolean preferred,
                      Declared declared, String version) {
    static final int MAX_URL_BYTES = 256;
    static final int MAX_NAME_BYTES = 64;
    static final int MAX_VERSION_BYTES = 32;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** Throws MALFORMED for what is out of range. */
    public Profile {
        String scheme = url.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null || url.getUserInfo() != null
                || url.getQuery() != null || url.getFragment() != null) {
            throw MALFORMED.because("a node's URL is http or https and a host, not " + url);
        }
        bounded("URL", url.toASCIIString(), MAX_URL_BYTES);
        bounded("zone", zone, MAX_NAME_BYTES);
        bounded("group", group, MAX_NAME_BYTES);
        bounded("version", version, MAX_VERSION_BYTES);
        if (slots < 0 || weight < 0) {
            throw MALFORMED.because("slots and weight are not negative");
        }
    }

    /** The same, declaring something else. */
    public Profile declaring(Declared other) {
        return new Profile(url, zone, group, slots, weight, preferred, other, version);
    }

    /** Whether it may hold chunks of the placement. */
    public boolean offersRoom() {
        return declared == Declared.ACTIVE && weight > 0;
    }

    void pack(Packer out) {
        out.put8(declared.ordinal()).put8(preferred ? 1 : 0).putCount(slots).putCount(weight)
                .putText(url.toASCIIString()).putText(zone).putText(group).putText(version);
    }

    /** Reads what {@link #pack} wrote and leaves unread what a later version may have added. */
    static Profile unpack(Unpacker in) {
        Declared declared = in.getOneOf(Declared.values());
        boolean preferred = (in.get8() & 1) != 0;
        long slots = in.getCount();
        long weight = in.getCount();
        URI url;
        try {
            url = new URI(in.getText(MAX_URL_BYTES));
        } catch (URISyntaxException e) {
            throw MALFORMED.because("a node's URL that is none", e);
        }
        return new Profile(url, in.getText(MAX_NAME_BYTES), in.getText(MAX_NAME_BYTES), slots, weight, preferred,
                declared, in.getText(MAX_VERSION_BYTES));
    }

    private static void bounded(String what, String text, int maxBytes) {
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes || CONTROL.matcher(text).find()) {
            throw MALFORMED.because("a " + what + " has at most " + maxBytes + " bytes and no control character");
        }
    }
}
