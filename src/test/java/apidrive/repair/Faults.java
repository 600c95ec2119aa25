package apidrive.repair;

/**
 * What may go wrong in one run, each as the chance that it happens to a call, unless it says otherwise.
 *
 * @param lost      the request never arrives
 * @param answerLost it is done, and nobody hears of it
 * @param twice     it is done twice
 * @param late      the caller gives up; it is done up to a minute later
 * @param refused   the node is too busy for it
 * @param slow      it takes up to seconds, while other things happen
 * @param garbled   a byte of the answer is another
 * @param crash     the calling node dies right before it, or the called one right after the work is done
 */
record Faults(double lost, double answerLost, double twice, double late, double refused, double slow, double garbled,
        double crash) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);

    /** As hard as the seed wants it. */
    static Faults drawn(Timeline timeline) {
        double hard = timeline.chance(0.2) ? 0 : timeline.random.nextDouble() * 0.12;
        return new Faults(some(timeline, hard), some(timeline, hard), some(timeline, hard), some(timeline, hard),
                some(timeline, hard), some(timeline, hard), some(timeline, hard / 4), some(timeline, hard / 20));
    }

    private static double some(Timeline timeline, double most) {
        return timeline.chance(0.5) ? most * timeline.random.nextDouble() : 0;
    }
}
