package apidrive.repair;

/** Unwinds what a simulated node was doing when it died. Nothing of it is done any more. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    Crash() {
        super("the node died", null, false, false);
    }
}
