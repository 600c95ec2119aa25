package apidrive.chunk;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import apidrive.wire.Chunk;

/**
 * What {@link MemoryChunkStore} knows of a chunk. Rows are not changed, but replaced.
 *
 * @param expiresAt when the last of its leases ends
 * @param plain     when its plain lease ends while somebody claims it, long past where it has none; empty while nobody does
 * @param claims    until when each holder claims it, over or not
 */
record MemoryRow(Chunk chunk, int copies, Instant storedAt, Instant expiresAt, Optional<Instant> plain, Map<UUID, Instant> claims) {
    /** One that is new. */
    static MemoryRow of(Put put, Lease.Term term) {
        return new MemoryRow(put.chunk(), put.copies(), term.now(), put.until(term),
                put.isClaimed() ? Optional.of(put.plainAt(term)) : Optional.empty(), claims(put, term));
    }

    StoredChunk stored() {
        return new StoredChunk(chunk, copies, expiresAt, slidesTo(), Optional.empty());
    }

    Held held() {
        return new Held(chunk.id(), copies, expiresAt, slidesTo(),
                claims.keySet().stream().mapToLong(MemoryRow::mixed).reduce(0, (one, other) -> one ^ other));
    }

    Instant slidesTo() {
        return plain.orElse(expiresAt);
    }

    boolean isAlive(Instant now) {
        return expiresAt.isAfter(now);
    }

    /** At most {@code most} of its claims, and its plain lease, while somebody claims it. */
    List<Claim> claims(int most, Instant now) {
        Stream<Claim> last = claims.entrySet().stream().map(one -> new Claim(one.getKey(), one.getValue()))
                .filter(claim -> claim.until().isAfter(now)).sorted(Claim.ORDER).limit(most);
        return Stream.concat(plain.stream().filter(until -> until.isAfter(now)).map(until -> new Claim(Claim.PLAIN, until)), last).toList();
    }

    /** Put once more. */
    MemoryRow with(Put put, Lease.Term term) {
        if (plain.isEmpty() && !put.isClaimed()) {
            Instant until = put.isLater(expiresAt, term) ? put.until(term) : expiresAt;
            return new MemoryRow(chunk, Math.max(copies, put.copies()), storedAt, later(expiresAt, until), plain, claims);
        }
        Map<UUID, Instant> both = new HashMap<>(claims);
        claims(put, term).forEach((holder, until) -> both.merge(holder, until, MemoryRow::later));
        return new MemoryRow(chunk, Math.max(copies, put.copies()), storedAt, later(expiresAt, put.until(term)),
                Optional.of(later(slidesTo(), put.plainAt(term))), both);
    }

    /** Retrieved. */
    MemoryRow renewed(Lease.Term term) {
        return slidesTo().isBefore(term.renewBelow()) && slidesTo().isAfter(term.now()) ? sliding(term.until()) : this;
    }

    /** As a peer tells of it. */
    MemoryRow merged(Held told, Instant now) {
        boolean slides = plain.isEmpty() || plain.get().isAfter(now);
        MemoryRow moved = slides && slidesTo().isBefore(told.expiresAt()) ? sliding(told.expiresAt()) : this;
        return new MemoryRow(chunk, Math.max(copies, told.copies()), storedAt, moved.expiresAt(), moved.plain(), claims);
    }

    /** Claimed by these as well. */
    MemoryRow with(Collection<Claim> told) {
        Map<UUID, Instant> both = new HashMap<>(claims);
        told.forEach(claim -> both.merge(claim.holder(), claim.until(), MemoryRow::later));
        Instant last = told.stream().map(Claim::until).max(Instant::compareTo).orElse(expiresAt);
        return new MemoryRow(chunk, copies, storedAt, later(expiresAt, last), Optional.of(slidesTo()), both);
    }

    /** Claimed by {@code holder}, who does so already, until then at least. */
    MemoryRow extended(UUID holder, Instant until) {
        Map<UUID, Instant> moved = new HashMap<>(claims);
        moved.merge(holder, until, MemoryRow::later);
        return new MemoryRow(chunk, copies, storedAt, later(expiresAt, until), plain, moved);
    }

    /** As it is once the holder has ended; empty where nobody else wants it. */
    Optional<MemoryRow> without(UUID holder, Instant now) {
        Map<UUID, Instant> left = new HashMap<>(claims);
        left.remove(holder);
        if (plain.isEmpty()) {
            return Optional.of(new MemoryRow(chunk, copies, storedAt, expiresAt, plain, left));
        }
        Optional<Instant> last = left.values().stream().filter(until -> until.isAfter(now)).max(Instant::compareTo);
        if (last.isEmpty() && !plain.get().isAfter(now)) {
            return Optional.empty();
        }
        return Optional.of(new MemoryRow(chunk, copies, storedAt, last.map(until -> later(until, plain.get())).orElse(plain.get()),
                last.isEmpty() ? Optional.empty() : plain, last.isEmpty() ? Map.of() : left));
    }

    /** Its plain lease goes on until then at least. */
    private MemoryRow sliding(Instant until) {
        return new MemoryRow(chunk, copies, storedAt, later(expiresAt, until), plain.map(before -> later(before, until)), claims);
    }

    private static Map<UUID, Instant> claims(Put put, Lease.Term term) {
        return put.isClaimed() ? put.claimsAt(term).stream().filter(claim -> !claim.isPlain())
                .collect(Collectors.toMap(Claim::holder, Claim::until)) : Map.of();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Spreads the bits of an id evenly over a number (the finaliser of MurmurHash3, by Austin Appleby). */
    static long mixed(UUID id) {
        long mixed = id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 31);
        mixed = (mixed ^ mixed >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ mixed >>> 33;
    }
}
