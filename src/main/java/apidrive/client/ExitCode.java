package apidrive.client;

/** What a command returns to the shell. They never change their meaning. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** Not everything is done; the same command goes on from here. */
    static final int INCOMPLETE = 3;
    /** A chunk has fewer live copies than asked for, or none to renew. */
    static final int COPIES_MISSING = 4;

    private ExitCode() {
    }

    /** The worse of two: a failure, then what is incomplete, then missing copies. */
    static int worse(int one, int other) {
        return severity(one) >= severity(other) ? one : other;
    }

    private static int severity(int code) {
        return switch (code) {
            case DONE -> 0;
            case COPIES_MISSING -> 1;
            case INCOMPLETE -> 2;
            default -> 3;
        };
    }
}
