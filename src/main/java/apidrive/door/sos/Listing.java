package apidrive.door.sos;

import static apidrive.problem.Problem.PEER_FAILED;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import apidrive.name.NamePage;
import apidrive.object.Places;

/** Ids as a JSON array, fetched and written page by page, so that there may be any number of them. */
final class Listing {
    /** Names fetched at once. */
    static final int PAGE = 1_000;

    /** The names after one, or the first. */
    interface Pages {
        NamePage<String> after(Optional<String> name);
    }

    private final Pages pages;
    private final int copies;
    private final Places.Place place;
    private final NamePage<String> first;

    /**
     * Returns when the first names are here, or throws why there are none; {@code place} is given back after the last. Each name is
     * kept by so many {@code copies} that the list is whole while fewer servers than that are silent.
     */
    Listing(Pages pages, int copies, Places.Place place) {
        this.pages = pages;
        this.copies = copies;
        this.place = place;
        try {
            this.first = page(Optional.empty());
        } catch (RuntimeException | Error e) {
            place.close();
            throw e;
        }
    }

    void writeTo(OutputStream out) throws IOException {
        try (place) {
            String before = "[";
            for (NamePage<String> page = first; page != null; page = page.next().isPresent() ? page(page.next()) : null) {
                StringBuilder text = new StringBuilder();
                for (String name : page.entries()) {
                    text.append(before).append('"').append(name).append('"');  // a letter or digit each: nothing to escape
                    before = ",";
                }
                out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
            }
            out.write((before.equals("[") ? "[]" : "]").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private NamePage<String> page(Optional<String> after) {
        NamePage<String> page = pages.after(after);
        if (page.silent().size() >= copies) {
            throw PEER_FAILED.because("so many servers did not answer that names may be missing");
        }
        return page;
    }
}
