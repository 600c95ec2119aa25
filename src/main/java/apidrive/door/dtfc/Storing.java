package apidrive.door.dtfc;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

import apidrive.door.api.Admission;
import apidrive.manifest.Label;
import apidrive.object.Condition;
import apidrive.object.Named;
import apidrive.object.ObjectWriter;
import apidrive.repair.NetworkChunks;
import apidrive.repair.Wish;
import jakarta.servlet.http.HttpServletRequest;

/** Takes files in and deletes them. */
public final class Storing {
    private final ObjectWriter writer;
    private final NetworkChunks chunks;
    private final Contents contents;
    private final Admission admission;
    private final CopyRules rules;

    public Storing(ObjectWriter writer, NetworkChunks chunks, Contents contents, Admission admission, CopyRules rules) {
        this.writer = writer;
        this.chunks = chunks;
        this.contents = contents;
        this.admission = admission;
        this.rules = rules;
    }

    /** Stores the request's body, whatever it is said to be, under a file name; returns when as many servers have it as is promised. */
    Content store(String fileName, HttpServletRequest request) throws IOException {
        if (request.getHeader("Content-Range") != null) {
            throw MALFORMED.because("a file is stored whole");
        }
        Label label = Label.of(FileNames.type(fileName).orElse(request.getContentType()), fileName);
        writer.requireAllowed(request.getContentLengthLong(), Condition.NONE);
        admission.foresee(request, ObjectWriter.chunks(Math.max(0, request.getContentLengthLong())));
        return write(request.getInputStream(), Condition.NONE, label, label.fileName().orElseThrow(), request);
    }

    /**
     * Stores what another server gives, if it hashes to this; {@code sender}'s quota pays for it. Throws DIGEST_MISMATCH, and as
     * {@link #store} does.
     */
    Content keep(String sha512, Download download, HttpServletRequest sender) throws IOException {
        String fileName = download.fileName().orElse(sha512);
        Label label = Label.of(FileNames.type(fileName).orElse(null), fileName);
        return write(download, Condition.ofSha512(sha512), label, fileName, sender);
    }

    /** {@code fileName} stands as it was given, the label's may be shorter. */
    private Content write(InputStream in, Condition condition, Label label, String fileName, HttpServletRequest sender) throws IOException {
        Wish wish = chunks.wish(rules.of(FileNames.plain(fileName), label.plainType()), null);
        return writer.write(in, condition, label, wish, () -> admission.admit(sender), (object, holder) -> {
            Content content = contents.put(object, holder, fileName, wish);
            return new Named<>(content, content.record().holder());
        });
    }

    Optional<Content> delete(String sha512) {
        return contents.delete(sha512, chunks.wish(null, null));
    }
}
