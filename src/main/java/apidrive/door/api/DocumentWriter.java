package apidrive.door.api;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;

/** Writes documents with their length, and with the charset that the original puts behind every media type. */
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class DocumentWriter implements MessageBodyWriter<Document> {
    private static final String CHARSET = "; charset=utf-8";

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Document.class;
    }

    @Override
    public void writeTo(Document document, Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType,
            MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
        String plain = mediaType.getType() + "/" + mediaType.getSubtype();
        byte[] body = Format.ofMediaType(plain).orElse(Format.JSON).write(document);
        headers.putSingle(HttpHeaders.CONTENT_TYPE, plain + CHARSET);
        headers.putSingle(HttpHeaders.CONTENT_LENGTH, body.length);
        out.write(body);
    }
}
