package apidrive.chunk;

/** Room for chunks: {@code total} offered, {@code used} taken. */
public record Slots(long total, long used) {
    /** Room left, never negative, also when the setting was lowered below what is kept. */
    public long free() {
        return Math.max(0, total - used);
    }
}
