package apidrive.admin;

import static apidrive.problem.Problem.TOO_LARGE;
import static apidrive.problem.Problem.UNSUPPORTED_MEDIA_TYPE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;

/**
 * Reads the small JSON documents that administrators send; no body is an empty document. It takes any type, since JAX-RS
 * asks no reader for JSON where none is told, and hands null to the resource.
 */
public final class DocumentReader implements MessageBodyReader<Document> {
    private static final int MOST_BYTES = 16 * 1024;

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Document.class;
    }

    @Override
    public Document readFrom(Class<Document> type, Type generic, Annotation[] annotations, MediaType mediaType,
            MultivaluedMap<String, String> headers, InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw TOO_LARGE.because("the body has more than " + MOST_BYTES + " bytes");
        }
        if (bytes.length > 0 && !MediaType.APPLICATION_JSON_TYPE.isCompatible(mediaType)) {
            throw UNSUPPORTED_MEDIA_TYPE.because("the body is not " + Format.JSON_TYPE);
        }
        return bytes.length == 0 ? new Document() : Format.JSON.readDocument(bytes);
    }
}
