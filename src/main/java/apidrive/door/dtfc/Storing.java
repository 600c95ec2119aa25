package apidrive.door.dtfc;

import static apidrive.problem.Problem.MALFORMED;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.Optional;

import apidrive.door.api.Admission;
import apidrive.manifest.Label;
import apidrive.object.Condition;
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
        Wish wish = chunks.wish(rules.of(FileNames.plain(fileName), label.plainType()), null);
        writer.requireAllowed(request.getContentLengthLong(), Condition.NONE);
        admission.foresee(request, ObjectWriter.chunks(Math.max(0, request.getContentLengthLong())));
        AtomicReference<Content> content = new AtomicReference<>();
        writer.write(request.getInputStream(), Condition.NONE, label, wish, () -> admission.admit(request), (object, holder) -> {
            content.set(contents.put(object, holder, label.fileName().orElseThrow(), wish));
            return content.get().record();
        });
        return content.get();
    }

    Optional<Content> delete(String sha512) {
        return contents.delete(sha512, chunks.wish(null, null));
    }
}
