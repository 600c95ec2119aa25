package apidrive.job;

/**
 * How far work has come.
 *
 * @param done  units done, 0 to {@code all}
 * @param all   units at hand when it was looked at last, with those done
 * @param units what is counted, in the plural
 */
public record Progress(long done, long all, String units) {
}
