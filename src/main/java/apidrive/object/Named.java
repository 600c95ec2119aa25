package apidrive.object;

import java.util.Optional;
import java.util.UUID;

import apidrive.name.NameRecord;

/** What the naming of an object returns, and for whom it is kept by then: nobody where that is empty. */
public record Named<T>(T result, Optional<UUID> keeper) {
    /** As the name that it has says. */
    public static Named<NameRecord> of(NameRecord record) {
        return new Named<>(record, record.holder());
    }
}
