package apidrive.door.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

class BufferOutputTest {
    private static final byte[] BYTES = "0123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void a_stream_that_takes_buffers_gets_the_buffer_itself() throws IOException {
        Taking stream = new Taking();
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES.length).put(BYTES).flip();
        BufferOutput.write(bytes, stream);

        assertThat(stream.taken).isSameAs(bytes);
        assertThat(stream.bytes.size()).isZero();
    }

    @Test
    void any_other_stream_gets_the_bytes() throws IOException {
        Plain stream = new Plain();
        BufferOutput.write(ByteBuffer.allocateDirect(BYTES.length).put(BYTES).flip(), stream);
        BufferOutput.write(ByteBuffer.wrap(BYTES, 0, 5), stream);
        Hidden hidden = new Hidden();
        BufferOutput.write(ByteBuffer.allocateDirect(BYTES.length).put(BYTES).flip(), hidden);

        assertThat(stream.bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("012345678901234");
        assertThat(hidden.bytes.toByteArray()).isEqualTo(BYTES);
    }

    @Test
    void what_the_stream_throws_is_thrown() {
        Taking stream = new Taking();
        stream.isBroken = true;

        assertThatThrownBy(() -> BufferOutput.write(ByteBuffer.allocateDirect(1), stream)).isInstanceOf(EOFException.class);
    }

    /** As Servlet 6.0 has it. */
    public static class Plain extends ServletOutputStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int one) {
            bytes.write(one);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }

    /** As containers have it. */
    public static final class Taking extends Plain {
        private ByteBuffer taken;
        private boolean isBroken;

        public void write(ByteBuffer given) throws IOException {
            if (isBroken) {
                throw new EOFException("the client has gone");
            }
            taken = given;
        }
    }

    /** Of a class that a WAR may not call. */
    private static final class Hidden extends Plain {
        @SuppressWarnings("unused")
        public void write(ByteBuffer given) {
            throw new AssertionError();
        }
    }
}
