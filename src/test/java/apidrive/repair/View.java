package apidrive.repair;

/** How a simulated node comes to know the others. */
interface View extends Network {
    /** It starts: from now on it learns by itself. */
    void begin();

    /** It is to be right at once, since faults have ended; one that cannot be learns as it always does. */
    void look();
}
