/**
 * Every failure a caller can meet, each named once.
 *
 * <p>{@link apidrive.problem.Problem} lists them with their status and title; code throws
 * {@code CHUNK_NOT_FOUND.because("chunk " + id + " is not kept here")}, a {@link apidrive.problem.ProblemException}; one
 * mapper at the HTTP edge turns it into an RFC 9457 document. The types are the same on every node and are kept for
 * ever, so a client may branch on them. Exception classes per failure were rejected: they would say the same in a
 * hundred files, and a peer's answer could not be turned back into one without a table.
 */
package apidrive.problem;
