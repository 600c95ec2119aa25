package apidrive.client;

/** A command did not do what it was asked to; the message is for the user. */
final class Failure extends RuntimeException {
    static final int FAILED = 1;
    static final int INCOMPLETE = 3;
    static final int TOO_FEW_COPIES = 4;

    private final int exitCode;

    private Failure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static Failure failed(String message) {
        return new Failure(FAILED, message, null);
    }

    static Failure failed(String message, Throwable cause) {
        return new Failure(FAILED, message, cause);
    }

    /** The work is not done, and running the same command again goes on with it. */
    static Failure incomplete(String message, Throwable cause) {
        return new Failure(INCOMPLETE, message, cause);
    }

    static Failure tooFewCopies(String message) {
        return new Failure(TOO_FEW_COPIES, message, null);
    }

    int exitCode() {
        return exitCode;
    }
}
