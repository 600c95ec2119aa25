package apidrive.client;

/**
 * What was found in an answer: a value, or why there is none.
 *
 * @param value   null where there is none
 * @param outcome null where there is a value
 */
record Reading<T>(T value, Outcome outcome) {
    static <T> Reading<T> of(T value) {
        return new Reading<>(value, null);
    }

    static <T> Reading<T> none(Outcome why) {
        return new Reading<>(null, why);
    }

    boolean isGood() {
        return outcome == null;
    }
}
