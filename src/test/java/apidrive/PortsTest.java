package apidrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

class PortsTest {
    private static final int KEPT = 200;
    private static final int OTHERS = 2_000;  // of some 28,000: of ports that were not kept, most likely fourteen

    @Test
    void a_port_is_given_to_nobody_by_chance() throws IOException {
        Set<Integer> kept = new HashSet<>();
        for (int i = 0; i < KEPT; i++) {
            kept.add(Ports.next());
        }
        assertThat(kept).hasSize(KEPT);

        List<Socket> others = new ArrayList<>();
        try {
            for (int i = 0; i < OTHERS; i++) {
                Socket other = new Socket();
                others.add(other);
                other.setReuseAddress(true);
                other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            }
            assertThat(others).extracting(Socket::getLocalPort).doesNotContainAnyElementsOf(kept);
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
    }

    @Test
    void a_server_listens_on_its_port_again_and_again_and_meanwhile_nobody_answers_there() throws IOException {
        int port = Ports.next();
        for (int i = 0; i < 2; i++) {
            try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                 Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(server.accept().isConnected()).isTrue();
                assertThat(client.getPort()).isEqualTo(port);
            }
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port)).isInstanceOf(ConnectException.class);
        }
    }
}
