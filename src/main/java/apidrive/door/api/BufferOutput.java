package apidrive.door.api;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletOutputStream;

/**
 * Hands a buffer to the container's stream. Servlet 6.0 has arrays alone, but the streams of Jetty and Tomcat take a
 * buffer as it is, as all do from Servlet 6.1: the method is looked up in the stream's own class, for a container may
 * hide its classes from a WAR. A stream without it gets an array.
 */
final class BufferOutput {
    private static final String WRITE = "write";
    private static final MethodType OFFERED = MethodType.methodType(void.class, ByteBuffer.class);
    private static final MethodType CALLED =
            MethodType.methodType(void.class, ServletOutputStream.class, ByteBuffer.class);
    private static volatile Way last = new Way(null, null);

    /** How a class of streams takes a buffer; null where it does not. */
    private record Way(Class<?> stream, MethodHandle write) {
    }

    private BufferOutput() {
    }

    /** Writes from the buffer's first byte up to its limit. */
    static void write(ByteBuffer bytes, ServletOutputStream out) throws IOException {
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset(), bytes.limit());
            return;
        }
        MethodHandle write = write(out.getClass());
        if (write == null) {
            byte[] copy = new byte[bytes.limit()];
            bytes.get(0, copy);
            out.write(copy);
            return;
        }
        try {
            write.invokeExact(out, bytes.rewind());
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a stream throws what it does not declare", e);
        }
    }

    private static MethodHandle write(Class<?> stream) {
        Way way = last;
        if (way.stream() != stream) {
            way = new Way(stream, find(stream));
            last = way;
        }
        return way.write();
    }

    private static MethodHandle find(Class<?> stream) {
        try {
            return MethodHandles.publicLookup().findVirtual(stream, WRITE, OFFERED).asType(CALLED);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }
}
