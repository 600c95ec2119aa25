/**
 * The native API: {@code /api/drive/*}, {@code /health/*} and {@code /metrics}. It translates HTTP into calls of
 * {@link apidrive.chunk.ChunkService} and decides nothing.
 *
 * <p>{@link apidrive.door.api.ContractServlet} speaks the original's two contracts, {@link apidrive.door.api.RawServlet}
 * plain bytes, {@link apidrive.door.api.BatchResource} many chunks in one exchange, {@link apidrive.door.api.NodeResource}
 * what the node says of itself. {@link apidrive.door.api.Negotiation} settles once, before a request is served, in which
 * format its answer or error is; {@link apidrive.door.api.ProblemAnswers} alone turns failures into answers.
 *
 * <p>The routes of single chunks, which a busy node serves thousands of times a second, are servlets
 * ({@link apidrive.door.api.ApiServlet}); all others are JAX-RS resources. As resources too, JAX-RS took half of the
 * node's time for a retrieval from the cache (98 against 53 µs), and a seventh of one from the database.
 */
package apidrive.door.api;
