package apidrive.door.api;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.List;

import apidrive.wire.Document;
import apidrive.wire.Format;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;

/** Writes documents, and lists of them, with their length, and with the charset that the original puts behind every media type. */
@Produces({Format.JSON_TYPE, Format.TEXT_JSON_TYPE, Format.BSON_TYPE})
public final class DocumentWriter implements MessageBodyWriter<Object> {
    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Document.class || List.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(Object body, Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType,
            MultivaluedMap<String, Object> headers, OutputStream out) throws IOException {
        String plain = mediaType.getType() + "/" + mediaType.getSubtype();
        ByteBuffer encoded = Format.ofMediaType(plain).orElse(Format.JSON).encode(body);
        headers.putSingle(HttpHeaders.CONTENT_TYPE, plain + Answer.CHARSET);
        headers.putSingle(HttpHeaders.CONTENT_LENGTH, encoded.limit());
        out.write(encoded.array(), 0, encoded.limit());
    }
}
