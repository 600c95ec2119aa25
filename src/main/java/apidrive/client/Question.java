package apidrive.client;

import java.util.concurrent.CompletableFuture;

import apidrive.client.Candidates.Candidate;

/** Something that may be asked of any of several servers, and the understanding of an answer to it. */
interface Question<T> {
    /** Begins the exchange; the future may be cancelled. */
    CompletableFuture<Answer> ask(Candidate candidate);

    Reading<T> read(Answer answer);

    /** What is asked for, in words. */
    String words();
}
