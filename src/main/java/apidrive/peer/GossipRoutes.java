package apidrive.peer;

import static apidrive.problem.Problem.BUSY;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;

/** What peers ask about membership. Strangers may, for so one becomes a member. */
final class GossipRoutes {
    /** Where lists are exchanged. */
    static final String EXCHANGE = "/api/peer/exchange";
    private static final String PING = "/api/peer/ping";
    private static final String PING_REQUEST = "/api/peer/ping-request";
    private static final int MOST_RELAYS = 16;  // each holds one of the container's threads until its ping is over
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Swim swim;
    private final Exchange exchange;
    private final PeerClient client;
    private final Runnable settle;
    private final Semaphore relays = new Semaphore(MOST_RELAYS);

    /** {@code settle} admits, in its own time, what came in. */
    GossipRoutes(Swim swim, Exchange exchange, PeerClient client, Runnable settle) {
        this.swim = swim;
        this.exchange = exchange;
        this.client = client;
        this.settle = settle;
    }

    /** Where such a call goes. */
    static String path(Call.Kind kind) {
        return switch (kind) {
            case PING -> PING;
            case PING_REQUEST -> PING_REQUEST;
        };
    }

    List<PeerRoute> all() {
        return List.of(new Route(PING, Message.MAX_BYTES, this::ping),
                new Route(PING_REQUEST, Message.MAX_BYTES, this::pingForAnother),
                new Route(EXCHANGE, Exchange.MAX_BYTES, request -> exchange.answer(request, System.nanoTime())));
    }

    private byte[] ping(byte[] request) {
        byte[] answer = swim.answer(request, System.nanoTime());
        settle.run();
        return answer;
    }

    private byte[] pingForAnother(byte[] request) {
        if (!relays.tryAcquire()) {
            throw BUSY.because("too many pings are made for others", RETRY);
        }
        try {
            Relay relay = swim.help(request, System.nanoTime());
            byte[] answer = swim.helped(relay, relay.call().flatMap(this::reply), System.nanoTime());
            settle.run();
            return answer;
        } finally {
            relays.release();
        }
    }

    private Optional<byte[]> reply(Call call) {
        try {
            return Optional.of(client.call(call.url(), path(call.kind()), call.body(), call.timeout(),
                    Message.MAX_BYTES));
        } catch (PeerFailure | ProblemException failure) {
            return Optional.empty();
        }
    }

    /** Called by {@code answer}; who sends it stands in the body as well. */
    private record Route(String path, int mostBytes, Answer answer) implements PeerRoute {
        @Override
        public boolean isForMembers() {
            return false;
        }

        @Override
        public List<ByteBuffer> handle(NodeId sender, byte[] body) {
            return List.of(ByteBuffer.wrap(answer.to(body)));
        }
    }

    /** What is answered to a request. */
    @FunctionalInterface
    private interface Answer {
        byte[] to(byte[] request);
    }
}
