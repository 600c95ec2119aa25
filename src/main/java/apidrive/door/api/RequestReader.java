package apidrive.door.api;

import static apidrive.problem.Problem.MALFORMED;

import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

import apidrive.wire.DriveRequest;
import apidrive.wire.Format;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;

/** Reads store and retrieve contracts. */
@Consumes({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class RequestReader implements MessageBodyReader<DriveRequest> {
    /** A full chunk as a JSON array of numbers takes four characters a byte; the same again for spaces and other members. */
    static final int MOST_BYTES = 512 * 1024;

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == DriveRequest.class;
    }

    @Override
    public DriveRequest readFrom(Class<DriveRequest> type, Type generic, Annotation[] annotations, MediaType mediaType,
            MultivaluedMap<String, String> headers, InputStream body) {
        Format format = Format.ofMediaType(mediaType.getType() + "/" + mediaType.getSubtype())
                .orElseThrow(() -> MALFORMED.because("the body is neither JSON nor BSON"));
        return format.readRequest(Bodies.read(body, declared(headers), MOST_BYTES));
    }

    private static int declared(MultivaluedMap<String, String> headers) {
        String length = headers.getFirst(HttpHeaders.CONTENT_LENGTH);
        if (length == null || !length.matches("\\d{1,18}")) {
            return -1;
        }
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(length));
    }
}
