package apidrive.admin;

import java.time.Duration;
import java.time.Instant;

import apidrive.access.AdminSessions;
import apidrive.access.AdminTokens;
import apidrive.access.SignInLock;
import apidrive.job.Job;

/** Deletes the rows of links, sessions and failures that have ended. */
public final class Cleaning implements Job {
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final AdminTokens tokens;
    private final AdminSessions sessions;
    private final SignInLock lock;

    public Cleaning(AdminTokens tokens, AdminSessions sessions, SignInLock lock) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.lock = lock;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public String duty() {
        return "Deletes links, sessions and failed attempts that have ended";
    }

    @Override
    public Duration step(Instant now) {
        tokens.deleteExpired(now);
        sessions.deleteExpired(now);
        lock.deleteOld(now);
        return INTERVAL;
    }
}
