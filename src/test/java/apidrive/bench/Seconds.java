package apidrive.bench;

/** How long something takes. */
final class Seconds {
    private Seconds() {
    }

    static double of(Background.Work work) throws Exception {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }
}
