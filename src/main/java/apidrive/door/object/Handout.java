package apidrive.door.object;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import apidrive.door.api.Answer;
import apidrive.door.api.Conditions;
import apidrive.door.api.HttpDate;
import apidrive.manifest.Label;
import apidrive.manifest.StoredObject;
import apidrive.name.NameRecord;
import apidrive.object.ObjectReader;
import apidrive.object.ObjectRenewal;
import apidrive.object.OpenObject;
import apidrive.object.Places;
import jakarta.servlet.http.HttpServletRequest;

/** Gives objects out by the doors of other systems, as HTTP's own tools ask for them: strong tags, conditions, ranges. */
public final class Handout {
    private final ObjectReader reader;
    private final ObjectRenewal renewal;
    private final Places places;

    /** {@code places} bound downloads at once. */
    public Handout(ObjectReader reader, ObjectRenewal renewal, Places places) {
        this.reader = reader;
        this.renewal = renewal;
        this.places = places;
    }

    /**
     * The answer to a GET or HEAD of what is named, to be written. Throws OBJECT_NOT_FOUND, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE,
     * BUSY, and why the first bytes cannot be had.
     *
     * @param fields what the door says of it besides, the last word where both say something
     */
    public Answer of(NameRecord name, Map<String, String> fields, HttpServletRequest asked) {
        return of(reader.open(name), name.label(), name.madeAt(), fields, asked);
    }

    /**
     * As the other, of an object that is open.
     *
     * @param label   what everybody is to take it for
     * @param changed when it came to be under the name by which it is asked for
     */
    public Answer of(OpenObject object, Label label, Instant changed, Map<String, String> fields, HttpServletRequest asked) {
        renewal.read(object.object().id());
        String tag = tag(object.object());
        if (Conditions.areUnmet(asked, tag, changed)) {
            return dated(Answer.of(304), tag, changed);
        }
        boolean isHead = asked.getMethod().equals("HEAD");
        Portion portion = isHead ? null : Portion.of(object, asked, Conditions.isRangeMeant(asked, tag, changed), places);
        Answer answer = dated(Answer.of(isHead ? 200 : portion.status()), tag, changed).with("Accept-Ranges", "bytes");
        Presentation.fields(label, false, Optional.empty()).forEach(answer::with);
        fields.forEach(answer::with);
        if (isHead) {
            return answer.with("Content-Length", object.object().size());
        }
        portion.fields().forEach(answer::with);
        return answer.body(portion::writeTo);
    }

    /** The strong tag of an object's bytes, in its quotes. */
    static String tag(StoredObject object) {
        return '"' + object.digests().sha256() + '"';
    }

    private static Answer dated(Answer answer, String tag, Instant changed) {
        return answer.with("ETag", tag).with("Last-Modified", HttpDate.of(changed));
    }
}
