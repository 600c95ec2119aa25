package apidrive.object;

import static apidrive.problem.Problem.MALFORMED;
import static apidrive.problem.Problem.NOT_READY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import apidrive.chunk.Check;
import apidrive.chunk.Finding;
import apidrive.chunk.HolderClaims;
import apidrive.name.Names;
import apidrive.repair.HolderId;

/**
 * Whether somebody needs what is claimed here: a name on any server, in any of its versions, or an upload under way. A holder counts only
 * a day after it was drawn, and after a claim of it last began or was renewed here, by two clocks: whatever is to name it has done so by
 * then. Its end is for good, so a server that is silent, or away, leaves open whether anybody needs it.
 */
public final class HolderCheck implements Check {
    private static final int PAGE = 4_096;  // each costs every server as many look-ups
    private static final Duration YOUNG = Duration.ofDays(1);
    private static final UUID LOWEST = new UUID(0, 0);

    private final HolderClaims claims;
    private final Names names;
    private final Consumer<Collection<UUID>> ending;
    private final Duration lifetime;
    private final InstantSource clock;

    /** {@code ending} ends holders, durably; a claim goes on for {@code lifetime} at most. */
    public HolderCheck(HolderClaims claims, Names names, Consumer<Collection<UUID>> ending, Duration lifetime, InstantSource clock) {
        this.claims = claims;
        this.names = names;
        this.ending = ending;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    @Override
    public Page look(String after) {
        List<HolderClaims.Claimant> page = claims.after(after.isEmpty() ? LOWEST : place(after), PAGE);
        Instant now = clock.instant();
        List<UUID> asked = page.stream().filter(one -> !one.isEnded() && isDrawnLongAgo(one.id(), now)).map(HolderClaims.Claimant::id)
                .toList();
        Names.Wanted answer = asked.isEmpty() ? new Names.Wanted(Set.of(), Set.of()) : names.wanted(asked);
        List<Finding> findings = new ArrayList<>();
        long unknown = 0;
        for (UUID holder : asked.stream().filter(one -> !answer.holders().contains(one)).toList()) {
            HolderClaims.Claims held = claims.of(holder);
            if (isClaimedLongAgo(held, now) && answer.silent().isEmpty()) {
                findings.add(finding(holder, held.chunks()));
            } else if (isClaimedLongAgo(held, now)) {
                unknown++;
            }
        }
        return new Page(page.size(), unknown, 0, findings,
                page.size() < PAGE ? Optional.empty() : Optional.of(page.get(PAGE - 1).id().toString()), answer.silent());
    }

    /** Of one that an earlier build drew this cannot be told: then its claims alone say it, and nobody ends it. */
    private static boolean isDrawnLongAgo(UUID holder, Instant now) {
        return HolderId.drawnAt(holder).filter(at -> at.isAfter(now.minus(YOUNG))).isEmpty();
    }

    private boolean isClaimedLongAgo(HolderClaims.Claims held, Instant now) {
        return held.until().filter(until -> !until.isAfter(now.plus(lifetime).minus(YOUNG))).isPresent();
    }

    private Finding finding(UUID holder, long chunks) {
        return new Finding(Finding.Kind.HOLDER_UNNAMED, holder.toString(), "it claims " + chunks + (chunks == 1 ? " chunk" : " chunks")
                + " here, and no name is kept for it", HolderId.drawnAt(holder).map(at -> () -> end(holder)));
    }

    private void end(UUID holder) {
        Names.Wanted answer = names.wanted(List.of(holder));
        if (!answer.silent().isEmpty() || !answer.holders().isEmpty()) {
            throw NOT_READY.because("it is not certain any more that nobody needs holder " + holder);
        }
        ending.accept(List.of(holder));
    }

    private static UUID place(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw MALFORMED.because("'" + text + "' is not a holder's id", e);
        }
    }
}
