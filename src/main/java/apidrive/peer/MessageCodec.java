package apidrive.peer;

import static apidrive.problem.Problem.MALFORMED;

import apidrive.wire.NodeId;
import java.util.ArrayList;
import java.util.List;

/** The binary form of {@link Message}: a format byte, a kind byte, the members in their order, then the rumours. */
final class MessageCodec {
    /** Bytes of a rumour without an announcement, at most. */
    static final int SMALLEST_RUMOUR = 1 + NodeId.BYTES + 1 + NodeId.BYTES;
    private static final int FORMAT = 1;
    private static final int PING = 1;
    private static final int ACK = 2;
    private static final int PING_REQUEST = 3;
    private static final int NACK = 4;
    private static final int ANNOUNCED = 1;
    private static final int SUSPECTED = 2;
    private static final int DIED = 3;
    private static final int MAX_RUMOURS = Message.MAX_BYTES / SMALLEST_RUMOUR;
    private static final int MAX_MILLIS = 600_000;

    private MessageCodec() {
    }

    static byte[] encode(Message message) {
        Packer out = new Packer(128).put8(FORMAT);
        if (message instanceof Message.Ping ping) {
            out.put8(PING).putId(ping.from()).putCount(ping.sequence()).putId(ping.to()).putCount(ping.known());
        } else if (message instanceof Message.Ack ack) {
            out.put8(ACK).putId(ack.from()).putCount(ack.sequence()).putCount(ack.vitals().slotsUsed())
                    .put32(Float.floatToIntBits(ack.vitals().load()));
        } else if (message instanceof Message.PingRequest asked) {
            out.put8(PING_REQUEST).putId(asked.from()).putId(asked.target()).putCount(asked.known())
                    .putCount(asked.millis());
        } else if (message instanceof Message.Nack nack) {
            out.put8(NACK).putId(nack.from()).putId(nack.target());
        }
        out.putCount(message.rumours().size());
        message.rumours().forEach(rumour -> encode(rumour, out));
        return out.toBytes();
    }

    /** Reads a message from anybody; throws MALFORMED. */
    static Message decode(byte[] bytes) {
        Unpacker in = Unpacker.bounded(bytes, Message.MAX_BYTES);
        if (in.get8() != FORMAT) {
            throw MALFORMED.because("a message of another format than " + FORMAT);
        }
        return switch (in.get8()) {
            case PING -> new Message.Ping(in.getId(), in.getCount(), in.getId(), in.getCount(), rumours(in));
            case ACK -> new Message.Ack(in.getId(), in.getCount(), new Vitals(in.getCount(),
                    Float.intBitsToFloat(in.get32())), rumours(in));
            case PING_REQUEST -> new Message.PingRequest(in.getId(), in.getId(), in.getCount(),
                    in.getCount(MAX_MILLIS), rumours(in));
            case NACK -> new Message.Nack(in.getId(), in.getId(), rumours(in));
            default -> throw MALFORMED.because("a message of an unknown kind");
        };
    }

    /** Bytes that a rumour takes in a message. */
    static int size(Rumour rumour) {
        if (rumour instanceof Rumour.Announced announced) {
            int length = announced.announcement().packed().length;
            return 1 + Packer.countBytes(length) + length;
        }
        return SMALLEST_RUMOUR - 1 + Packer.countBytes(rumour.sequence());
    }

    private static void encode(Rumour rumour, Packer out) {
        if (rumour instanceof Rumour.Announced announced) {
            out.put8(ANNOUNCED).putBytes(announced.announcement().packed());
        } else if (rumour instanceof Rumour.Suspected suspected) {
            out.put8(SUSPECTED).putId(suspected.about()).putCount(suspected.sequence()).putId(suspected.by());
        } else if (rumour instanceof Rumour.Died died) {
            out.put8(DIED).putId(died.about()).putCount(died.sequence()).putId(died.by());
        }
    }

    private static List<Rumour> rumours(Unpacker in) {
        int count = in.getCount(MAX_RUMOURS);
        List<Rumour> rumours = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            rumours.add(switch (in.get8()) {
                case ANNOUNCED -> new Rumour.Announced(Announcement.of(in.getBytes(Announcement.MAX_BYTES)));
                case SUSPECTED -> new Rumour.Suspected(in.getId(), in.getCount(), in.getId());
                case DIED -> new Rumour.Died(in.getId(), in.getCount(), in.getId());
                default -> throw MALFORMED.because("a rumour of an unknown kind");
            });
        }
        return rumours;
    }
}
