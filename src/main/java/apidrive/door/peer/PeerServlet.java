package apidrive.door.peer;

import static apidrive.problem.Problem.PEER_UNKNOWN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import apidrive.door.api.Admission;
import apidrive.door.api.Answer;
import apidrive.door.api.ApiServlet;
import apidrive.door.api.Bodies;
import apidrive.door.api.Traffic;
import apidrive.peer.Envelope;
import apidrive.peer.PeerRoute;
import apidrive.peer.Refusal;
import apidrive.peer.Refusals;
import apidrive.problem.Problem;
import apidrive.problem.ProblemException;
import apidrive.wire.NodeId;
import jakarta.servlet.http.HttpServletRequest;

/** Takes the calls of peers. Whether a call may be answered is decided here alone, for every {@link PeerRoute}. */
public final class PeerServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = "application/octet-stream";

    private final transient Envelope envelope;
    private final transient Map<String, PeerRoute> routes;
    private final transient Predicate<NodeId> members;
    private final transient Refusals refusals;

    /** {@code members} tells who is on the list. */
    public PeerServlet(Envelope envelope, Collection<PeerRoute> routes, Predicate<NodeId> members, Refusals refusals,
            Traffic traffic, Admission admission) {
        super(traffic, admission);
        this.envelope = envelope;
        this.routes = routes.stream().collect(Collectors.toUnmodifiableMap(PeerRoute::path, Function.identity()));
        this.members = members;
        this.refusals = refusals;
    }

    @Override
    public Set<String> paths() {
        return routes.keySet();
    }

    @Override
    public boolean servesBelow() {
        return false;
    }

    @Override
    protected Set<String> verbs(String path, String rest) {
        return Set.of("POST");
    }

    @Override
    protected Answer answer(HttpServletRequest request) throws IOException {
        PeerRoute route = routes.get(request.getServletPath());
        byte[] body;
        Envelope.Opened call;
        try {
            envelope.sender(request::getHeader);
            body = Bodies.read(request.getInputStream(), Bodies.declared(request), route.mostBytes());
            call = envelope.open(route.path(), request::getHeader, body);
            if (route.isForMembers() && !members.test(call.sender())) {
                throw PEER_UNKNOWN.because("node " + call.sender() + " is not on this node's list");
            }
        } catch (ProblemException refused) {
            if (refused.problem() == Problem.OTHER_PARTITIONS) {
                refusals.count(Refusal.OTHER_PARTITIONS, refused.detail());
            } else {
                refusals.count(reason(refused.problem()));
            }
            throw refused;
        }
        List<ByteBuffer> answer = route.handle(call.sender(), body);
        Answer proven = Answer.of(200).body(TYPE, answer);
        envelope.answerProof(call.proof(), answer).ifPresent(proof -> proven.with(Envelope.PROOF, proof));
        return proven;
    }

    private static Refusal reason(Problem problem) {
        return switch (problem) {
            case FOREIGN_NETWORK -> Refusal.FOREIGN_NETWORK;
            case WRONG_NETWORK_KEY -> Refusal.WRONG_KEY;
            case PEER_UNKNOWN -> Refusal.UNKNOWN_NODE;
            default -> Refusal.MALFORMED;
        };
    }
}
