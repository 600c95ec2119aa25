package apidrive.name;

/** What becomes of a name that exists already. */
public enum Mode {
    /** It goes on naming what it names: another content is refused. */
    IMMUTABLE,
    /** It names the new content; the one before stays as an earlier version. */
    VERSIONED
}
