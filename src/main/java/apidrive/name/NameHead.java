package apidrive.name;

import java.time.Instant;
import java.util.Optional;

import apidrive.wire.Digest;

/** Of a {@link NameRecord} as much as a list of names alone takes. */
record NameHead(String text, long version, Optional<Digest> root, long sum, Optional<Instant> until) implements Listed {

    static NameHead of(NameRecord record) {
        return new NameHead(record.text(), record.version(), record.root(), record.sum(), record.until());
    }
}
