package apidrive.name;

/** A record that a node keeps of a name, by {@code mark} in its table; {@code isNewest}: none that it keeps of that name is after it. */
public record NameVersion(NameRecord record, NameMark mark, boolean isNewest) {
}
