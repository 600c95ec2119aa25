package apidrive.door.dtfc;

import java.util.Map;

import apidrive.door.api.Answer;
import apidrive.manifest.Label;
import apidrive.wire.Document;
import apidrive.wire.Format;

/** What is said of a content: as CouchDB says it of an attachment whose bytes it does not send along. */
final class Stub {
    private static final String TYPE = "text/plain";
    private static final String TYPE_IN_UTF8 = "text/plain; charset=utf-8";

    private Stub() {
    }

    /** Of what was stored, or is called so. */
    static Answer of(Content content) {
        return answer(TYPE, described(new Document(), content, content.mediaType()).with("stub", true));
    }

    /** Of what was deleted: its type alone, and none where that would say nothing. */
    static Answer deleted(Content content) {
        String type = Label.of(content.mediaType(), null).plainType();
        return answer(TYPE_IN_UTF8, described(new Document().with("deleted", true), content, type.equals(Label.OCTETS) ? "" : type)
                .with("stub", true));
    }

    /** With what the file tells of itself, for which dtfc has no form yet. */
    static Answer facts(Content content, Map<String, Object> facts) {
        Document metadata = new Document();
        facts.forEach(metadata::with);
        return answer(Format.JSON_TYPE, described(new Document(), content, content.mediaType()).with("metadata", metadata));
    }

    private static Document described(Document document, Content content, String type) {
        return document.with("sha512", content.sha512()).with("filename", content.fileName()).with("length", content.record().size())
                .with("content_type", type);
    }

    private static Answer answer(String type, Document document) {
        return Answer.of(200).with("X-Content-Type-Options", "nosniff").body(type, Format.JSON.write(document));
    }
}
