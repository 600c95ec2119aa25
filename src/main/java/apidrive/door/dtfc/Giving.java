package apidrive.door.dtfc;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import apidrive.door.api.Answer;
import apidrive.door.object.Handout;
import apidrive.object.ObjectReader;
import apidrive.object.OpenObject;
import apidrive.object.OwnObjects;
import apidrive.wire.Disposition;
import jakarta.servlet.http.HttpServletRequest;

/** Gives files out, and what they tell of themselves. */
public final class Giving {
    private final ObjectReader reader;
    private final OwnObjects own;
    private final Handout handout;
    private final MediaFacts facts = new MediaFacts();
    private final Proofs proofs = new Proofs();

    public Giving(ObjectReader reader, OwnObjects own, Handout handout) {
        this.reader = reader;
        this.own = own;
        this.handout = handout;
    }

    /** The answer to a GET or HEAD; empty where {@code hereOnly} and this node does not keep all of it. Throws as {@link Handout#of}. */
    Optional<Answer> give(Content content, boolean hereOnly, HttpServletRequest request) {
        Optional<OpenObject> object = hereOnly ? own.find(content.record()) : Optional.of(reader.open(content.record()));
        Optional<String> name = Optional.of(content.fileName()).filter(text -> !text.isEmpty());
        return object.map(open -> handout.of(proofs.asked(open, content.sha512()), content.shown(), content.record().madeAt(),
                Map.of("Content-Disposition", Disposition.of(true, name)), request));
    }

    /** What the file says of itself; empty when that cannot be found out. Throws as a retrieval does. */
    Optional<Map<String, Object>> facts(Content content) throws IOException {
        return facts.of(reader.open(content.record()), content.fileName());
    }
}
