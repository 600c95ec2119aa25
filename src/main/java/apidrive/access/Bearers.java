package apidrive.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.BiFunction;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import apidrive.access.AdminTokens.Token;

/**
 * Lets in programs that bring a token. An attempt with a text that never was a token counts against its address; see
 * {@link SignInLock}. Threads share it.
 */
public final class Bearers {
    /** So long a writer is let in again without a look at the database; a token that is revoked goes on for as long. */
    static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final long MOST_REMEMBERED = 10_000;

    private final AdminTokens tokens;
    private final SignInLock lock;
    private final InstantSource clock;
    /** By the SHA-256 of a token's text, which tells nobody the text, however long finding it takes. */
    private final Cache<String, Token> writers =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).expireAfterWrite(REMEMBERED).executor(Runnable::run).build();

    public Bearers(AdminTokens tokens, SignInLock lock, InstantSource clock) {
        this.tokens = tokens;
        this.lock = lock;
        this.clock = clock;
    }

    /** The token of an administrator, who calls from the address; empty where it is none. Throws LOCKED_OUT. */
    public Optional<Token> administrator(String text, String client) {
        return checked(text, client, tokens::acceptLasting);
    }

    /**
     * The token of somebody who may write; else as {@link #administrator}. Many who come with it at once wait for the first of them, so
     * that they are one attempt.
     */
    public Optional<Token> writer(String text, String client) {
        String key = Base64.getEncoder().encodeToString(Secret.sha256(text));
        return Optional.ofNullable(writers.get(key, unknown -> checked(text, client, tokens::acceptWriting).orElse(null)));
    }

    private Optional<Token> checked(String text, String client, BiFunction<String, Instant, Optional<Token>> accept) {
        Instant now = clock.instant();
        boolean isProven = tokens.isProven(text);
        if (!isProven) {
            lock.attempt(client, now);
        }
        Optional<Token> token = accept.apply(text, now);
        if (!isProven && token.isPresent()) {
            lock.succeeded(client);
        }
        return token;
    }
}
