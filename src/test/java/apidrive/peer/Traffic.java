package apidrive.peer;

/** Bytes and calls of a simulated node, with what HTTP adds to them. */
final class Traffic {
    /** Request line, host, lengths, network name, sender and HMAC; the frames below HTTP not counted. */
    static final int REQUEST_HEADERS = 350;
    static final int RESPONSE_HEADERS = 200;

    long bytes;
    long probes;

    void reset() {
        bytes = 0;
        probes = 0;
    }
}
